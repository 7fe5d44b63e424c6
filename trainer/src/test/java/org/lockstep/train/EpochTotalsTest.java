package org.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.comm.Traffic;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EpochTotalsTest {
  @Test
  void sum_threeRanks_keepsEachRanksWaitAndTheirMeanOnAll() throws Exception {
    InProcessGroup.run(
        3,
        world -> {
          int rank = world.rank();
          Traffic traffic = new Traffic(1, 10 + rank, (rank + 1) * 500_000_000L);

          EpochTotals totals = EpochTotals.sum(world, 0, rank, 2, 3 * rank, traffic);

          assertThat(totals)
              .isEqualTo(new EpochTotals(0 + 1 + 2, 6, 3, 1, 33, List.of(0.5, 1.0, 1.5)));
        });
  }

  @Test
  void epochMetrics_ofAnEarlierVersion_haveNoWaits() throws Exception {
    String json = "{\"epoch\":2,\"testAccuracy\":0.5,\"collectiveSeconds\":1.5,\"drift\":[]}";

    EpochMetrics metrics = new JsonMapper().readValue(json, EpochMetrics.class);

    assertThat(metrics.collectiveSeconds()).isEqualTo(1.5);
    assertThat(metrics.waitedSeconds()).isEmpty();
  }

  @Test
  void epochTotals_ofAnEarlierVersion_haveNoWaitsUntilMoreAreAdded() throws Exception {
    String json = "{\"images\":2,\"collectiveSeconds\":1.5}";

    EpochTotals totals = new JsonMapper().readValue(json, EpochTotals.class);

    assertThat(totals.waitedSeconds()).isEmpty();
    assertThat(totals.plus(new EpochTotals(0, 0, 0, 1, 0, List.of(1.0))).waitedSeconds())
        .containsExactly(1.0);
  }
}
