package org.lockstep.nn.norm;

import java.util.Arrays;
import org.lockstep.comm.Collective;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;

/**
 * The mean and variance per channel of everything that a batch norm layer sees in one pass over a
 * data set: mean = Σx / n and variance = M2 / n over all n values of all ranks, however they are
 * cut into batches. Wu &amp; Johnson 2021, "Rethinking 'Batch' in BatchNorm", §3 ("PreciseBN")
 * average the statistics of batches; counts are weights here, so that this is the statistic itself.
 *
 * <p>{@link #begin}, pass the rank's part of the set through the layer in evaluation, {@link
 * #finish}: from then on evaluation normalizes with these statistics, until {@link #release}.
 * Training and the running statistics take no notice. For a network the layers are measured one
 * after the other, since what a layer sees depends on what those before it normalize with.
 *
 * <p>Not thread-safe; one rank's thread calls it.
 */
public final class PopulationStatistics {
  private enum State {
    UNKNOWN,
    MEASURING,
    IN_USE
  }

  private final String layer;
  private final int channels;
  private final double[] moments;
  private State state = State.UNKNOWN;

  PopulationStatistics(String layer, int channels) {
    this.layer = layer;
    this.channels = channels;
    moments = new double[2 * channels + 1];
  }

  /** Forgets everything; evaluation passes add their input until {@link #finish}. */
  public void begin() {
    Arrays.fill(moments, 0);
    state = State.MEASURING;
  }

  boolean isMeasuring() {
    return state == State.MEASURING;
  }

  /**
   * Adds a batch.
   *
   * @param batch {@code [n, Σx × C, M2 × C]}
   */
  void observe(double[] batch) {
    ReduceOp.MOMENTS.reduce(moments, batch, moments.length);
  }

  /**
   * Merges what all ranks have seen, in one collective; evaluation now normalizes with it.
   *
   * @param world the ranks that share the data set, whichever of them share batch statistics
   * @param step names the collective in errors
   * @throws IllegalStateException if nothing was begun, or no rank has seen a value
   */
  @Collective
  public void finish(Communicator world, long step) {
    if (state != State.MEASURING) {
      throw new IllegalStateException(layer + ": finish() was called before begin()");
    }
    OpTag tag = new OpTag(step, layer, Phase.STATISTICS);
    world.allReduce(moments, moments.length, ReduceOp.MOMENTS, tag);
    if (moments[0] == 0) {
      throw new IllegalStateException(
          layer
              + ": expected values to measure the population from, found none on any of the "
              + world.worldSize()
              + " rank(s)");
    }
    state = State.IN_USE;
  }

  /** Whether evaluation normalizes with these statistics. */
  public boolean isInUse() {
    return state == State.IN_USE;
  }

  /** Lets evaluation normalize with the running statistics again. */
  public void release() {
    state = State.UNKNOWN;
  }

  /** The mean of a channel, while in use. */
  public double mean(int channel) {
    return moments[1 + channel] / moments[0];
  }

  /** The biased variance of a channel, while in use. */
  public double variance(int channel) {
    return moments[1 + channels + channel] / moments[0];
  }
}
