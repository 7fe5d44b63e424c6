package org.lockstep.train;

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
 */
public record EpochTotals(
    double lossSum, double images, double seconds, double collectiveSeconds, long bytesSent) {
  static final EpochTotals NONE = new EpochTotals(0, 0, 0, 0, 0);

  /** Adds up what each rank did, in one collective. */
  @Collective
  static EpochTotals sum(
      Communicator world, long step, double lossSum, long images, double seconds, Traffic traffic) {
    double[] sums = {lossSum, images, seconds, traffic.nanosWaited() / 1e9, traffic.bytesSent()};
    world.allReduce(
        sums, sums.length, ReduceOp.SUM, new OpTag(step, "epoch metrics", Phase.EVALUATION));
    int p = world.worldSize();
    return new EpochTotals(sums[0], sums[1], sums[2] / p, sums[3] / p, (long) sums[4]);
  }

  EpochTotals plus(EpochTotals more) {
    return new EpochTotals(
        lossSum + more.lossSum,
        images + more.images,
        seconds + more.seconds,
        collectiveSeconds + more.collectiveSeconds,
        bytesSent + more.bytesSent);
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
        evaluation.drift());
  }
}
