package org.lockstep.examples.cli;

import org.lockstep.fault.FaultSpec;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code kill:rank=2,step=5} and the like. */
final class FaultConverter implements ITypeConverter<FaultSpec> {
  @Override
  public FaultSpec convert(String text) {
    try {
      return FaultSpec.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
