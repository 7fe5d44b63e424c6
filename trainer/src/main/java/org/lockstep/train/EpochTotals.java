package org.lockstep.train;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.lockstep.comm.Collective;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;
import org.lockstep.comm.Traffic;

/**
 * What all ranks together have done in an epoch, or in a stretch of it.
 *
 * @param lossSum cross-entropy before each update, summed over the images
 * @param images trained on
 * @param seconds mean over the ranks
 * @param collectiveSeconds time a rank waited for collectives, mean over the ranks
 * @param bytesSent by all ranks
 * @param waitedSeconds the time each rank waited for collectives, in rank order; empty where
 *     nothing was done
 */
public record EpochTotals(
    double lossSum,
    double images,
    double seconds,
    double collectiveSeconds,
    long bytesSent,
    List<Double> waitedSeconds) {
  static final EpochTotals NONE = new EpochTotals(0, 0, 0, 0, 0, List.of());

  public EpochTotals {
    // Checkpoints of earlier versions have none.
    waitedSeconds = waitedSeconds == null ? List.of() : List.copyOf(waitedSeconds);
  }

  /** Adds up what each rank did, in one collective. */
  @Collective
  static EpochTotals sum(
      Communicator world, long step, double lossSum, long images, double seconds, Traffic traffic) {
    int p = world.worldSize();
    double[] sums = new double[4 + p]; // One place a rank, and 0 of all others in it.
    sums[0] = lossSum;
    sums[1] = images;
    sums[2] = seconds;
    sums[3] = traffic.bytesSent();
    sums[4 + world.rank()] = traffic.nanosWaited() / 1e9;
    world.allReduce(
        sums, sums.length, ReduceOp.SUM, new OpTag(step, "epoch metrics", Phase.EVALUATION));
    List<Double> waited = Arrays.stream(sums).skip(4).boxed().toList();
    double meanWaited = waited.stream().mapToDouble(w -> w).sum() / p;
    return new EpochTotals(sums[0], sums[1], sums[2] / p, meanWaited, (long) sums[3], waited);
  }

  EpochTotals plus(EpochTotals more) {
    return new EpochTotals(
        lossSum + more.lossSum,
        images + more.images,
        seconds + more.seconds,
        collectiveSeconds + more.collectiveSeconds,
        bytesSent + more.bytesSent,
        sum(waitedSeconds, more.waitedSeconds));
  }

  private static List<Double> sum(List<Double> some, List<Double> more) {
    if (some.isEmpty() || more.isEmpty()) {
      return some.isEmpty() ? more : some;
    }
    return IntStream.range(0, some.size()).mapToObj(i -> some.get(i) + more.get(i)).toList();
  }

  /**
   * The epoch's figures.
   *
   * @param epoch counted from 1
   */
  EpochMetrics metrics(int epoch, Evaluation evaluation) {
    return new EpochMetrics(
        epoch,
        lossSum / images,
        evaluation.loss(),
        evaluation.accuracy(),
        evaluation.accuracyPrecise(),
        seconds,
        images / seconds,
        collectiveSeconds,
        bytesSent,
        evaluation.drift(),
        waitedSeconds);
  }
}
