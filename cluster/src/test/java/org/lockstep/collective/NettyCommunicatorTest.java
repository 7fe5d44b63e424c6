package org.lockstep.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;
import org.lockstep.comm.Work;
import org.lockstep.transport.Placement;

@Timeout(120)
class NettyCommunicatorTest {
  private static final OpTag TAG = new OpTag(3, "bn1", Phase.FORWARD);

  /** 1 to 8 ranks, placed in all ways, on a crowded host and on a roomy one. */
  static Stream<Arguments> groups() {
    return IntStream.rangeClosed(1, 8)
        .boxed()
        .flatMap(p -> Ranks.all().stream().map(ranks -> Arguments.of(p, ranks)));
  }

  private static int[] lengths(int p) {
    return new int[] {0, 1, p - 1, p, p + 1, 1000, 100_003};
  }

  /** Numbers whose sum depends on the order of adding: all magnitudes, both signs. */
  private static double[] rough(int rank, int length) {
    double[] values = new double[length];
    for (int i = 0; i < length; i++) {
      values[i] = Math.sin(i * 7 + rank * 13) * Math.pow(10, (i + rank) % 9);
    }
    return values;
  }

  @ParameterizedTest
  @MethodSource("groups")
  void allReduce_sum_isFormulaOfRankAndIndex(int p, Ranks ranks) throws Exception {
    for (double[] result : ranks.run(p, NettyCommunicatorTest::sumOfAllLengths)) {
      double[] expected = new double[result.length];
      int at = 0;
      for (int length : lengths(p)) {
        for (int i = 0; i < length; i++) {
          expected[at++] = i * (p * (p + 1) / 2.0);
        }
      }
      assertThat(Arrays.equals(result, expected)).isTrue();
    }
  }

  private static double[] sumOfAllLengths(Communicator communicator) {
    List<double[]> results = new ArrayList<>();
    for (int length : lengths(communicator.worldSize())) {
      double[] buffer = new double[length];
      Arrays.setAll(buffer, i -> (communicator.rank() + 1) * (double) i);
      communicator.allReduce(buffer, length, ReduceOp.SUM, TAG);
      results.add(buffer);
    }
    return results.stream().flatMapToDouble(Arrays::stream).toArray();
  }

  @ParameterizedTest
  @MethodSource("groups")
  void allReduceAsync_manyInFlight_areFormulasOfRankAndIndex(int p, Ranks ranks) throws Exception {
    for (boolean right : ranks.run(p, NettyCommunicatorTest::manySumsAreRight)) {
      assertThat(right).isTrue();
    }
  }

  private static boolean manySumsAreRight(Communicator communicator) {
    int p = communicator.worldSize();
    int[] lengths = IntStream.concat(Arrays.stream(lengths(p)), IntStream.of(300_001)).toArray();
    int margin = 5;
    List<float[]> buffers = new ArrayList<>();
    List<Work> works = new ArrayList<>();
    for (int length : lengths) {
      float[] buffer = new float[length + 2 * margin];
      for (int i = 0; i < length; i++) {
        buffer[margin + i] = (communicator.rank() + 1) * (i % 100);
      }
      buffers.add(buffer);
      works.add(communicator.allReduceAsync(buffer, margin, length, TAG));
    }
    works.get(works.size() - 1).await(communicator.timeout());
    assertThat(works).allMatch(Work::isDone);
    return buffers.stream().allMatch(buffer -> isSum(buffer, margin, p));
  }

  private static boolean isSum(float[] buffer, int margin, int p) {
    for (int i = 0; i < buffer.length; i++) {
      boolean inside = i >= margin && i < buffer.length - margin;
      float expected = inside ? p * (p + 1) / 2f * ((i - margin) % 100) : 0;
      if (buffer[i] != expected) {
        return false;
      }
    }
    return true;
  }

  @ParameterizedTest
  @MethodSource("groups")
  void allReduce_everyOp_givesTheBitsOfInProcessGroup(int p, Ranks ranks) throws Exception {
    for (ReduceOp op : ReduceOp.values()) {
      List<double[]> expected = inProcess(p, op);
      List<double[]> found = ranks.run(p, communicator -> reduced(communicator, op));
      for (int rank = 0; rank < p; rank++) {
        assertThat(Arrays.equals(found.get(rank), expected.get(rank))).isTrue();
      }
    }
  }

  private static List<double[]> inProcess(int p, ReduceOp op) {
    double[][] results = new double[p][];
    InProcessGroup.run(p, rank -> results[rank.rank()] = reduced(rank, op));
    return List.of(results);
  }

  private static double[] reduced(Communicator communicator, ReduceOp op) {
    double[] values = rough(communicator.rank(), 257);
    values[0] = communicator.rank() % 3; // a count, for MOMENTS; rank 0 has an empty shard
    communicator.allReduce(values, values.length, op, TAG);
    return values;
  }

  @ParameterizedTest
  @MethodSource("groups")
  void allReduceAsync_roughNumbers_givesTheSameBitsOnAllRanks(int p, Ranks ranks) throws Exception {
    List<float[]> results =
        ranks.run(
            p,
            communicator -> {
              double[] rough = rough(communicator.rank(), 50_000);
              float[] values = new float[rough.length];
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) rough[i];
              }
              communicator.allReduceAsync(values, 0, values.length, TAG).await(Ranks.TIMEOUT);
              return values;
            });
    assertThat(results).allMatch(result -> Arrays.equals(result, results.get(0)));
  }

  /** Through rank 0 gradients are added along the tree; around the ring they are not. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 6, 8})
  void allReduceAsync_onACrowdedHost_givesTheBitsOfInProcessGroup(int p) throws Exception {
    float[][] expected = new float[p][];
    InProcessGroup.run(p, rank -> expected[rank.rank()] = summed(rank));
    List<float[]> found = new Ranks(Placement.SOCKETS, true).run(p, NettyCommunicatorTest::summed);
    for (int rank = 0; rank < p; rank++) {
      assertThat(found.get(rank)).containsExactly(expected[rank]);
    }
  }

  private static float[] summed(Communicator communicator) {
    double[] rough = rough(communicator.rank(), 257);
    float[] values = new float[rough.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rough[i];
    }
    communicator.allReduceAsync(values, 0, values.length, TAG).await(Ranks.TIMEOUT);
    return values;
  }

  @ParameterizedTest
  @MethodSource("groups")
  void allGather_rankAndIndex_areInRankOrder(int p, Ranks ranks) throws Exception {
    int length = 3;
    double[] expected = new double[p * length];
    Arrays.setAll(expected, i -> 10 * (i / length) + i % length);
    List<double[]> results =
        ranks.run(
            p,
            communicator -> {
              double[] mine = new double[length];
              Arrays.setAll(mine, i -> 10 * communicator.rank() + i);
              double[] all = new double[p * length];
              communicator.allGather(mine, all, TAG);
              return all;
            });
    assertThat(results).allMatch(result -> Arrays.equals(result, expected));
  }

  @ParameterizedTest
  @MethodSource("groups")
  void broadcast_fromEveryRoot_copiesTheRangeOnly(int p, Ranks ranks) throws Exception {
    int length = 40_000;
    List<Boolean> results =
        ranks.run(
            p,
            communicator -> {
              boolean right = true;
              for (int root = 0; root < p; root++) {
                float[] buffer = new float[length + 2];
                Arrays.fill(buffer, communicator.rank());
                communicator.broadcast(buffer, 1, length, root, TAG);
                float[] expected = new float[length + 2];
                Arrays.fill(expected, root);
                expected[0] = communicator.rank();
                expected[length + 1] = communicator.rank();
                right &= Arrays.equals(buffer, expected);
              }
              return right;
            });
    assertThat(results).containsOnly(true);
  }

  @ParameterizedTest
  @MethodSource(Ranks.ALL)
  void subgroup_besideTheWhole_sumsOverItsRanksOnly(Ranks ranks) throws Exception {
    List<double[]> results =
        ranks.run(
            6,
            whole -> {
              Communicator part = whole.subgroup(3);
              double[] of = new double[4];
              Arrays.fill(of, 1 << whole.rank());
              part.allReduce(of, 1, ReduceOp.SUM, TAG);
              whole.allReduce(Arrays.copyOfRange(of, 1, 2), 1, ReduceOp.SUM, TAG);
              of[1] = part.subgroup(1).worldSize();
              of[2] = part.rank();
              of[3] = part.worldSize();
              return of;
            });
    for (int rank = 0; rank < 6; rank++) {
      double sum = rank < 3 ? 0b111 : 0b111000;
      assertThat(results.get(rank)).containsExactly(sum, 1, rank % 3, 3);
    }
  }

  @ParameterizedTest
  @EnumSource(ReduceOp.class)
  void allReduce_lengthBelowTheBuffers_leavesTheRestAlone(ReduceOp op) throws Exception {
    List<double[]> results =
        new Ranks(Placement.SOCKETS, true)
            .run(
                3,
                communicator -> {
                  double[] buffer = {1, 1, 1, 7, 8};
                  communicator.allReduce(buffer, 3, op, TAG);
                  return buffer;
                });
    assertThat(results).allMatch(buffer -> buffer[3] == 7 && buffer[4] == 8);
  }

  /** A rank may turn to something else for long; its last words must not wait for it. */
  @ParameterizedTest
  @MethodSource(Ranks.ALL)
  void allReduce_whoseLastSenderGoesAway_endsOnTheOthers(Ranks ranks) throws Exception {
    CountDownLatch ended = new CountDownLatch(2);
    int length = 1 << 18;
    List<Double> results =
        ranks.run(
            3,
            communicator -> {
              double[] values = new double[length];
              values[length - 1] = 1;
              communicator.allReduce(values, length, ReduceOp.SUM, TAG);
              if (communicator.rank() == 0) {
                ended.await();
              } else {
                ended.countDown();
              }
              return values[length - 1];
            });
    assertThat(results).containsOnly(3.0);
  }

  @ParameterizedTest
  @MethodSource(Ranks.ALL)
  void isDone_beforeThePeerComes_isFalse(Ranks ranks) throws Exception {
    CountDownLatch looked = new CountDownLatch(1);
    List<Boolean> results =
        ranks.run(
            2,
            communicator -> {
              if (communicator.rank() == 1) {
                looked.await();
              }
              Work work = communicator.allReduceAsync(new float[1], 0, 1, TAG);
              boolean early = communicator.rank() == 0 && work.isDone();
              looked.countDown();
              work.await(Ranks.TIMEOUT);
              return early;
            });
    assertThat(results).containsOnly(false);
  }
}
