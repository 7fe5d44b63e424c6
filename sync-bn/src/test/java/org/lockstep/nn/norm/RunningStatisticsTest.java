package org.lockstep.nn.norm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunningStatisticsTest {
  private static final double[] MEAN = {8, -4};
  private static final double[] VARIANCE = {3, 6};
  private static final double COUNT = 4;

  /** n / (n - 1) for the count above. */
  private static final double UNBIASED = 4 / 3.0;

  @Test
  void commit_ofTheFirstBatch_movesByMomentum() {
    RunningStatistics running = new RunningStatistics(2, 0.25);
    running.observe(MEAN, VARIANCE, COUNT);
    running.commit();
    Map<String, double[]> buffers = running.buffers("bn");
    assertThat(buffers.get("bn.running_mean")).containsExactly(0.25 * 8, 0.25 * -4);
    assertThat(buffers.get("bn.running_var"))
        .containsExactly(0.75 + 0.25 * 3 * UNBIASED, 0.75 + 0.25 * 6 * UNBIASED);
    assertThat(buffers.get("bn.num_batches_tracked")).containsExactly(1);
  }

  @Test
  void commit_withoutMomentum_averagesAllBatches() {
    RunningStatistics running = new RunningStatistics(1, null);
    double[] means = {3, 9, 6};
    double[] variances = {1, 2, 6};
    for (int i = 0; i < means.length; i++) {
      running.observe(new double[] {means[i]}, new double[] {variances[i]}, 2);
      running.commit();
    }
    assertThat(running.mean(0)).isEqualTo((3 + 9 + 6) / 3.0);
    assertThat(running.variance(0)).isEqualTo(2 * (1 + 2 + 6) / 3.0);
  }

  @Test
  void observe_beforeCommit_changesNothing() {
    RunningStatistics running = new RunningStatistics(2, 0.25);
    running.observe(MEAN, VARIANCE, COUNT);
    assertThat(List.of(running.mean(0), running.mean(1))).containsOnly(0.0);
    assertThat(List.of(running.variance(0), running.variance(1))).containsOnly(1.0);
    assertThat(running.buffers("bn").get("bn.num_batches_tracked")).containsExactly(0);
  }

  @Test
  void commit_twice_countsOnce() {
    RunningStatistics running = new RunningStatistics(2, 0.25);
    running.observe(MEAN, VARIANCE, COUNT);
    running.commit();
    running.commit();
    assertThat(running.mean(0)).isEqualTo(0.25 * 8);
    assertThat(running.buffers("bn").get("bn.num_batches_tracked")).containsExactly(1);
  }
}
