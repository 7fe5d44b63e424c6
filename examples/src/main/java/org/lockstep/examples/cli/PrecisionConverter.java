package org.lockstep.examples.cli;

import org.lockstep.nn.Precision;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the precisions of training, {@code float32} and {@code bf16}. */
final class PrecisionConverter implements ITypeConverter<Precision> {
  @Override
  public Precision convert(String text) {
    return switch (text) {
      case "float32" -> Precision.FLOAT32;
      case "bf16" -> Precision.BF16;
      default ->
          throw new TypeConversionException(
              "unknown precision '" + text + "': expected float32 or bf16");
    };
  }
}
