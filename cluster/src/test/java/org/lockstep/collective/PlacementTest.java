package org.lockstep.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;
import org.lockstep.transport.Placement;

/** Where the ranks run does not change what they compute. */
class PlacementTest {
  private static final OpTag TAG = new OpTag(3, "bn1", Phase.FORWARD);

  @Property(tries = 40)
  void collectives_ranksPlacedElsewhere_giveTheSameBits(
      @ForAll @IntRange(min = 2, max = 7) int p,
      @ForAll boolean crowded,
      @ForAll @IntRange(max = 100_000) int channels,
      @ForAll long seed)
      throws Exception {
    List<double[]> expected = results(Placement.SOCKETS, crowded, p, channels, seed);
    for (Placement placement : List.of(Placement.PAIRS, Placement.MEMORY)) {
      List<double[]> found = results(placement, crowded, p, channels, seed);
      for (int rank = 0; rank < p; rank++) {
        assertThat(Arrays.equals(found.get(rank), expected.get(rank))).isTrue();
      }
    }
  }

  /** What every rank holds after one collective of each kind. */
  private static List<double[]> results(
      Placement placement, boolean crowded, int p, int channels, long seed) throws Exception {
    return new Ranks(placement, crowded)
        .run(
            p,
            rank -> {
              double[] rough = rough(new Random(seed + rank.rank()), 2 * channels + 1);
              return Arrays.stream(ReduceOp.values())
                  .map(op -> reduced(rank, rough, op))
                  .reduce(summedAndCopied(rank, rough), PlacementTest::join);
            });
  }

  /** Numbers whose sum depends on the order of adding: all magnitudes, both signs. */
  private static double[] rough(Random random, int length) {
    return IntStream.range(0, length)
        .mapToDouble(i -> i == 0 ? 3 : random.nextGaussian() * Math.pow(10, random.nextInt(9)))
        .toArray();
  }

  private static double[] reduced(Communicator rank, double[] rough, ReduceOp op) {
    double[] values = rough.clone();
    rank.allReduce(values, values.length, op, TAG);
    return values;
  }

  private static double[] summedAndCopied(Communicator rank, double[] rough) {
    float[] values = new float[rough.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rough[i];
    }
    float[] copies = values.clone();
    rank.allReduceAsync(values, 0, values.length, TAG).await(Ranks.TIMEOUT);
    rank.broadcast(copies, 0, copies.length, rank.worldSize() - 1, TAG);
    double[] all = new double[rank.worldSize() * rough.length];
    rank.allGather(rough, all, TAG);
    return join(all, join(widened(values), widened(copies)));
  }

  private static double[] widened(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  private static double[] join(double[] head, double[] tail) {
    return DoubleStream.concat(Arrays.stream(head), Arrays.stream(tail)).toArray();
  }
}
