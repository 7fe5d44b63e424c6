package org.lockstep.comm;

import java.time.Duration;

/**
 * One rank's handle on a group of ranks. All collectives are blocking unless they return a {@link
 * Work}, work in place on flat primitive buffers, and give the same bits on every rank.
 *
 * <p>Thread rule: one thread, the rank's own, calls the collectives; {@link #abort} and {@link
 * #traffic} may be called from any thread. Every rank issues the same collectives in the same
 * order. A collective that does not complete within the communicator's time-out fails on this rank
 * with an error that names the missing one.
 */
public interface Communicator extends AutoCloseable {
  /** This rank's number, 0 to {@link #worldSize} - 1. */
  int rank();

  int worldSize();

  /** How long a collective may take before it fails; for {@link Work#await}. */
  Duration timeout();

  /**
   * Reduces the first {@code length} elements of every rank's buffer; the latency path for
   * statistics.
   *
   * @throws CommunicationException if a peer fails, is late, or calls something else
   */
  @Collective
  void allReduce(double[] buffer, int length, ReduceOp op, OpTag tag);

  /**
   * Sums {@code buffer[offset .. offset + length)} over the ranks while the caller goes on; the
   * bandwidth path for gradients. Several may be under way; they complete in the order of their
   * start.
   */
  @Collective
  Work allReduceAsync(float[] buffer, int offset, int length, OpTag tag);

  /**
   * Gathers every rank's {@code mine}, in rank order.
   *
   * @param all takes the result, {@code worldSize * mine.length} elements
   */
  @Collective
  void allGather(double[] mine, double[] all, OpTag tag);

  /** Copies {@code buffer[offset .. offset + length)} of rank {@code root} to all others. */
  @Collective
  void broadcast(float[] buffer, int offset, int length, int root, OpTag tag);

  /** Returns on no rank before it was called on all. */
  @Collective
  default void barrier(OpTag tag) {
    allReduce(new double[1], 1, ReduceOp.SUM, tag);
  }

  /**
   * Splits the ranks into groups of {@code size} consecutive ones and returns this rank's.
   *
   * @throws IllegalArgumentException if {@code size} does not divide {@link #worldSize}
   */
  @Collective
  Communicator subgroup(int size);

  /** Makes every collective of this rank, under way or later, fail with {@code reason}. */
  void abort(String reason);

  Traffic traffic();

  @Override
  void close();
}
