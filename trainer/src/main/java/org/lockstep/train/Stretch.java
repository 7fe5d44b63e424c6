package org.lockstep.train;

import java.util.List;

/**
 * Steps of one epoch that the ranks make without asking: the driver's plan for them.
 *
 * @param epoch counted from 0; with the seed it decides the order of the samples
 * @param firstStep of the epoch, counted from 0
 * @param learningRates of each step
 */
public record Stretch(int epoch, int firstStep, List<Double> learningRates) {
  public Stretch {
    learningRates = List.copyOf(learningRates);
    if (epoch < 0 || firstStep < 0 || learningRates.isEmpty()) {
      throw new IllegalArgumentException(
          "expected no negative epoch or step and at least one step, found epoch %d, first step %d, %d steps"
              .formatted(epoch, firstStep, learningRates.size()));
    }
  }

  /** The number of steps. */
  public int steps() {
    return learningRates.size();
  }
}
