package org.lockstep.examples.cli;

import org.lockstep.train.Statistics;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code ema}, {@code precise} and {@code both}. */
final class StatisticsConverter implements ITypeConverter<Statistics> {
  @Override
  public Statistics convert(String text) {
    try {
      return Statistics.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
