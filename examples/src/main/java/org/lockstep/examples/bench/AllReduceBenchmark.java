package org.lockstep.examples.bench;

import java.util.Arrays;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;
import org.lockstep.launch.WorkerTask;

/**
 * Times all-reduces of one size between the workers, one after the other, as rank 0 sees them. Up
 * to {@link #MAX_STATISTICS} floats they take the path of the norms' statistics, as half as many
 * doubles; larger ones take that of the gradients.
 *
 * @param floats the message in units of 4 bytes, at least 1
 * @param warmup all-reduces that are not counted
 * @param rounds all-reduces that are, at least 1
 */
public record AllReduceBenchmark(int floats, int warmup, int rounds)
    implements WorkerTask<Void, AllReduceFile.Result> {
  /** 32 KB: the statistics of 2048 channels. */
  static final int MAX_STATISTICS = 8192;

  private static final double NANOS_PER_MICRO = 1e3;

  public AllReduceBenchmark {
    require(floats >= 1, "floats", 1, floats);
    require(warmup >= 0, "warmup", 0, warmup);
    require(rounds >= 1, "rounds", 1, rounds);
  }

  private static void require(boolean holds, String option, int least, int found) {
    if (!holds) {
      throw new IllegalArgumentException(
          option + ": expected at least " + least + ", found " + found);
    }
  }

  @Override
  public AllReduceFile.Result run(Communicator communicator, Events<Void> events) {
    long[] nanos =
        floats <= MAX_STATISTICS ? timeStatistics(communicator) : timeGradients(communicator);
    long[] sorted = Arrays.copyOfRange(nanos, warmup, nanos.length);
    Arrays.sort(sorted);
    long median = Quantile.of(sorted, 0.5);
    int p = communicator.worldSize();
    // Bytes a rank has to send at least: 2 (p - 1) / p of the message (Patarasuk & Yuan 2009).
    double bytes = (double) floats * Float.BYTES * 2 * (p - 1) / p;
    return new AllReduceFile.Result(
        p,
        floats,
        median / NANOS_PER_MICRO,
        Quantile.of(sorted, 0.99) / NANOS_PER_MICRO,
        bytes / median * 1e3);
  }

  private long[] timeStatistics(Communicator communicator) {
    double[] values = new double[(floats + 1) / 2];
    return time(
        round ->
            communicator.allReduce(
                values, values.length, ReduceOp.SUM, new OpTag(round, "bench", Phase.FORWARD)));
  }

  private long[] timeGradients(Communicator communicator) {
    float[] values = new float[floats];
    return time(
        round ->
            communicator
                .allReduceAsync(values, 0, values.length, new OpTag(round, "bench", Phase.GRADIENT))
                .await(communicator.timeout()));
  }

  private long[] time(Round body) {
    long[] nanos = new long[warmup + rounds];
    for (int round = 0; round < nanos.length; round++) {
      long start = System.nanoTime();
      body.run(round);
      nanos[round] = System.nanoTime() - start;
    }
    return nanos;
  }

  @Override
  public Class<Void> eventType() {
    return Void.class;
  }

  @Override
  public Class<AllReduceFile.Result> resultType() {
    return AllReduceFile.Result.class;
  }

  private interface Round {
    void run(int round);
  }
}
