package org.lockstep.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;
import org.lockstep.comm.Work;

@Timeout(60)
class NettyCommunicatorTest {
  private static final OpTag TAG = new OpTag(3, "bn1", Phase.FORWARD);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void allReduce_sumOfRankTimesIndex_isFormula(int p) throws Exception {
    for (int n : new int[] {0, 1, p - 1, p, p + 1, 1000, 100_003}) {
      List<double[]> results =
          Ranks.run(
              p,
              comm -> {
                double[] buffer = new double[n];
                for (int i = 0; i < n; i++) {
                  buffer[i] = (comm.rank() + 1) * (double) i;
                }
                comm.allReduce(buffer, n, ReduceOp.SUM, TAG);
                return buffer;
              });
      for (double[] result : results) {
        for (int i = 0; i < n; i++) {
          assertThat(result[i]).isEqualTo(p * (p + 1) / 2 * (double) i);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void allReduceAsync_sumOfRankTimesIndex_isFormula(int p) throws Exception {
    for (int n : new int[] {0, 1, p - 1, p, p + 1, 1000, 100_003, 1_000_003}) {
      List<float[]> results =
          Ranks.run(
              p,
              comm -> {
                float[] buffer = new float[n];
                for (int i = 0; i < n; i++) {
                  buffer[i] = (comm.rank() + 1) * (float) (i % 1000);
                }
                Work work = comm.allReduceAsync(buffer, 0, n, TAG);
                work.await(comm.timeout());
                return buffer;
              });
      for (float[] result : results) {
        for (int i = 0; i < n; i++) {
          if (result[i] != p * (p + 1) / 2 * (float) (i % 1000)) {
            assertThat(result[i]).isEqualTo(p * (p + 1) / 2 * (float) (i % 1000));
          }
        }
      }
    }
  }
}
