package org.lockstep.nn.norm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/** Each pass of the float32 kernel by vectors, by heap arrays, and by the loop one writes first. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class NormPassesBenchmark {
  /** Which loops. */
  public enum Loops {
    VECTORS,
    HEAP,
    NAIVE;

    private FloatPasses passes(int channels) {
      return switch (this) {
        case VECTORS -> new VectorPasses(channels);
        case HEAP -> new HeapPasses(channels);
        case NAIVE -> new NaivePasses(channels);
      };
    }
  }

  @Param public Loops loops;

  /** Rows, times channels: a norm layer of resnet20 and one of lenet-bn, batch 2 and 32. */
  @Param({"2048x16", "32768x16", "128x64", "242x50"})
  public String shape;

  private FloatPasses passes;
  private FloatNormKernel kernel;
  private FloatMemory x;
  private FloatMemory dy;
  private FloatMemory y;
  private int rows;
  private double[] moments;
  private double[] sums;

  @Setup(Level.Trial)
  public void fill() {
    rows = Integer.parseInt(shape.split("x")[0]);
    int channels = Integer.parseInt(shape.split("x")[1]);
    passes = loops.passes(channels);
    kernel = new FloatNormKernel(passes);
    x = random(rows * channels);
    dy = random(rows * channels);
    y = random(rows * channels);
    moments = new double[2 * channels + 1];
    sums = new double[2 * channels];
    for (int c = 0; c < channels; c++) {
      kernel.set(c, 0, 1, 1, 0);
      kernel.setGradient(c, 1e-3, 1e-3);
    }
    kernel.ready(rows);
    kernel.gradientReady(rows);
  }

  private static FloatMemory random(int count) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(count * Float.BYTES).order(ByteOrder.nativeOrder());
    Random random = new Random(count);
    for (int i = 0; i < count; i++) {
      bytes.putFloat(i * Float.BYTES, (float) random.nextGaussian());
    }
    return FloatMemory.of(bytes);
  }

  /** The yardstick. */
  @Benchmark
  public void copy() {
    y.bytes().put(0, x.bytes(), 0, x.bytes().capacity());
  }

  @Benchmark
  public double[] measure() {
    kernel.measure(x, 0, rows, moments);
    return moments;
  }

  @Benchmark
  public void normalize() {
    kernel.normalize(x, null, true, y, 0, rows);
  }

  @Benchmark
  public void normalizeAndAdd() {
    kernel.normalize(x, dy, true, y, 0, rows);
  }

  @Benchmark
  public void gate() {
    kernel.gate(x, dy, y, 0, rows);
  }

  @Benchmark
  public double[] gradientSums() {
    kernel.gradientSums(x, dy, true, 0, rows, sums);
    return sums;
  }

  @Benchmark
  public void inputGradient() {
    kernel.inputGradient(x, dy, true, y, 0, rows);
  }
}
