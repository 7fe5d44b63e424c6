package org.lockstep.nn.norm;

/**
 * How far a layer's running statistics are from those of the population, over its C channels:
 *
 * <ul>
 *   <li>meanShift = √(1/C · Σ (runningMean - populationMean)² / (populationVar + eps)), in standard
 *       deviations of the population
 *   <li>scaleShift = √(1/C · Σ (log2(√(runningVar + eps) / √(populationVar + eps)))²), where 1
 *       stands for a factor of two, up or down
 * </ul>
 *
 * <p>With the layer's own eps in both, as in its normalization, a constant channel whose running
 * statistics are right counts as 0. Both are 0 where the statistics agree.
 *
 * @param layer the layer's name
 * @param meanShift 0 or more; no number where the run diverged
 * @param scaleShift 0 or more; no number where the run diverged
 */
public record StatisticsDrift(String layer, double meanShift, double scaleShift) {
  static StatisticsDrift between(
      RunningStatistics running,
      PopulationStatistics population,
      String layer,
      int channels,
      double eps) {
    double means = 0;
    double scales = 0;
    for (int c = 0; c < channels; c++) {
      double variance = population.variance(c) + eps;
      double shift = running.mean(c) - population.mean(c);
      double octaves = Math.log((running.variance(c) + eps) / variance) / (2 * Math.log(2));
      means += shift * shift / variance;
      scales += octaves * octaves;
    }
    return new StatisticsDrift(layer, Math.sqrt(means / channels), Math.sqrt(scales / channels));
  }
}
