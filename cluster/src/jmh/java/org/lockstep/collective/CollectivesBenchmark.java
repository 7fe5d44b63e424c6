package org.lockstep.collective;

import java.util.concurrent.TimeUnit;
import org.lockstep.transport.Placement;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Every algorithm beside its naive version: two ranks as threads of this JVM, which meet over
 * loopback or in memory. Both move the same numbers over the same lane.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class CollectivesBenchmark {
  @Param public Algorithm algorithm;

  @Param({"SOCKETS", "MEMORY"})
  public Placement placement;

  @Param({"129", "1025", "4097", "1000000"})
  public int numbers;

  private TwoRanks ranks;

  @Setup(Level.Trial)
  public void connect() {
    ranks = new TwoRanks(placement, algorithm, numbers);
  }

  @Benchmark
  public void collective() {
    ranks.collective();
  }

  @TearDown(Level.Trial)
  public void close() {
    ranks.close();
  }
}
