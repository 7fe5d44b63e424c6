package org.lockstep.examples.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;
import org.lockstep.launch.RankContext;
import org.lockstep.launch.WorkerTask;

/**
 * Times all-reduces as training makes them: vectors of up to {@link #LARGEST_STATISTICS} numbers as
 * the statistics of a norm layer (doubles, on the calling thread), longer ones as a bucket of
 * gradients (floats, on the bandwidth lane's thread, awaited at once). Reports a size when it is
 * done.
 *
 * @param floats the sizes, in numbers
 * @param warmUp rounds that are not timed; fewer for a size that would move over 4 GiB
 * @param repeats rounds that are timed, at least 1; fewer as above
 */
public record AllReduceBenchmark(List<Integer> floats, int warmUp, int repeats)
    implements WorkerTask<AllReduceResult, AllReduceBenchmark.Report> {
  /** The longest vector that is timed as statistics. */
  static final int LARGEST_STATISTICS = 1 << 14;

  private static final long BYTES_IN_ALL = 1L << 32;

  /** All sizes, in the order asked for, as one rank saw them; what {@code --json} writes. */
  public record Report(List<AllReduceResult> results) {
    public Report {
      results = List.copyOf(results);
    }
  }

  public AllReduceBenchmark {
    floats = List.copyOf(floats);
    if (floats.stream().anyMatch(size -> size < 1) || warmUp < 0 || repeats < 1) {
      throw new IllegalArgumentException(
          "expected sizes and repeats of 1 or more and warm-up of 0 or more, found sizes "
              + floats
              + ", repeats "
              + repeats
              + ", warm-up "
              + warmUp);
    }
  }

  @Override
  public Report run(RankContext rank, Events<AllReduceResult> events) {
    Communicator communicator = rank.communicator();
    List<AllReduceResult> results = new ArrayList<>();
    for (int size : floats) {
      AllReduceResult result =
          size <= LARGEST_STATISTICS
              ? statistics(communicator, size)
              : gradients(communicator, size);
      events.report(result);
      results.add(result);
    }
    return new Report(results);
  }

  private AllReduceResult statistics(Communicator communicator, int size) {
    double[] buffer = new double[size];
    long bytes = (long) size * Double.BYTES;
    return time(
        communicator.worldSize(),
        size,
        bytes,
        round -> communicator.allReduce(buffer, size, ReduceOp.SUM, tag(round)));
  }

  private AllReduceResult gradients(Communicator communicator, int size) {
    float[] buffer = new float[size];
    long bytes = (long) size * Float.BYTES;
    return time(
        communicator.worldSize(),
        size,
        bytes,
        round ->
            communicator.allReduceAsync(buffer, 0, size, tag(round)).await(communicator.timeout()));
  }

  private AllReduceResult time(int workers, int size, long bytes, LongConsumer allReduce) {
    long atMost = Math.max(1, BYTES_IN_ALL / bytes);
    long[] nanos = new long[(int) Math.min(repeats, atMost)];
    for (int round = (int) -Math.min(warmUp, atMost); round < nanos.length; round++) {
      long begin = System.nanoTime();
      allReduce.accept(round);
      if (round >= 0) {
        nanos[round] = System.nanoTime() - begin;
      }
    }
    Arrays.sort(nanos);
    return AllReduceResult.of(workers, size, bytes, nanos);
  }

  private static OpTag tag(long round) {
    return new OpTag(round, "benchmark", Phase.CONTROL);
  }
}
