package org.lockstep.train;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.norm.StatisticsDrift;

/**
 * How well a network does on a set of images, over all ranks.
 *
 * @param loss mean cross-entropy, with the statistics that {@code accuracy} is for
 * @param accuracy fraction classified correctly, with the running statistics unless only those of
 *     the population were asked for
 * @param accuracyPrecise the same with the population statistics; null where they were not asked
 *     for
 * @param drift of each batch norm layer's running statistics from those of the population; empty
 *     where those were not asked for or no layer has any
 */
public record Evaluation(
    double loss, double accuracy, @Nullable Double accuracyPrecise, List<StatisticsDrift> drift) {
  public Evaluation {
    drift = List.copyOf(drift);
  }
}
