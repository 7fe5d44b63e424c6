package org.lockstep.examples.cli;

import org.lockstep.data.Shards;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code shuffled}, {@code by-label} and {@code uneven}. */
final class ShardsConverter implements ITypeConverter<Shards> {
  @Override
  public Shards convert(String text) {
    try {
      return Shards.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
