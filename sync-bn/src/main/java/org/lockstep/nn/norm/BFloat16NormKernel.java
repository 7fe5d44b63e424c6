package org.lockstep.nn.norm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.ReduceOp;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The kernel of training in bf16: brings blocks of rows to float32, where the kernel of that
 * precision computes everything, and rounds what it wrote. Statistics and sums are those of the
 * values as they are in memory, with the accuracy of float32.
 */
final class BFloat16NormKernel implements NormKernel<BFloat16Memory> {
  /**
   * Values from which sums are taken at a time, unless one row is longer: each time has its cost.
   */
  private static final int SUMMED = 16 * 1024;

  /** Values that are mapped at a time: x and the other one stay in the first-level cache. */
  private static final int MAPPED = 2048;

  private final NormKernel<FloatMemory> floats;
  private final BFloat16Copies copies;
  private final int channels;
  private final int summedRows;
  private final int mappedRows;
  private final FloatMemory x;
  private final FloatMemory other;
  private final double[] moments;

  BFloat16NormKernel(FloatPasses passes, BFloat16Copies copies) {
    floats = new FloatNormKernel(passes);
    this.copies = copies;
    channels = passes.tiles().channels();
    summedRows = Math.max(1, SUMMED / channels);
    mappedRows = Math.max(1, MAPPED / channels);
    x = allocate(summedRows * channels);
    other = allocate(summedRows * channels);
    moments = new double[2 * channels + 1];
  }

  private static FloatMemory allocate(int size) {
    return FloatMemory.of(
        ByteBuffer.allocateDirect(size * Float.BYTES).order(ByteOrder.nativeOrder()));
  }

  @Override
  public Precision precision() {
    return Precision.BF16;
  }

  @Override
  public BFloat16Memory memory(INDArray array) {
    return BFloat16Memory.of(array);
  }

  private void load(BFloat16Memory from, int firstRow, int rows, FloatMemory to) {
    copies.widen(from, firstRow * channels, rows * channels, to);
  }

  private void store(FloatMemory from, BFloat16Memory to, int firstRow, int rows) {
    copies.narrow(from, to, firstRow * channels, rows * channels);
  }

  @Override
  public void measure(BFloat16Memory from, int firstRow, int rows, double[] result) {
    Arrays.fill(result, 0);
    int end = firstRow + rows;
    for (int first = firstRow; first < end; first += summedRows) {
      int n = Math.min(summedRows, end - first);
      load(from, first, n, x);
      floats.measure(x, 0, n, moments);
      ReduceOp.MOMENTS.reduce(result, moments, moments.length);
    }
  }

  @Override
  public void set(int c, double mean, double inverseStd, double gamma, double beta) {
    floats.set(c, mean, inverseStd, gamma, beta);
  }

  @Override
  public void ready(int rows) {
    floats.ready(rows);
  }

  @Override
  public void normalize(
      BFloat16Memory from,
      @Nullable BFloat16Memory addend,
      boolean relu,
      BFloat16Memory y,
      int firstRow,
      int rows) {
    int end = firstRow + rows;
    for (int first = firstRow; first < end; first += mappedRows) {
      int n = Math.min(mappedRows, end - first);
      load(from, first, n, x);
      if (addend != null) {
        load(addend, first, n, other);
      }
      floats.normalize(x, addend == null ? null : other, relu, x, 0, n);
      store(x, y, first, n);
    }
  }

  @Override
  public void gate(BFloat16Memory y, BFloat16Memory dy, BFloat16Memory dz, int firstRow, int rows) {
    int end = firstRow + rows;
    for (int first = firstRow; first < end; first += mappedRows) {
      int n = Math.min(mappedRows, end - first);
      load(y, first, n, x);
      load(dy, first, n, other);
      floats.gate(x, other, other, 0, n);
      store(other, dz, first, n);
    }
  }

  @Override
  public void gradientSums(
      BFloat16Memory from,
      BFloat16Memory dy,
      boolean gated,
      int firstRow,
      int rows,
      double[] result) {
    int end = firstRow + rows;
    for (int first = firstRow; first < end; first += summedRows) {
      int n = Math.min(summedRows, end - first);
      load(from, first, n, x);
      load(dy, first, n, other);
      floats.gradientSums(x, other, gated, 0, n, result);
    }
  }

  @Override
  public void setGradient(int c, double a, double b) {
    floats.setGradient(c, a, b);
  }

  @Override
  public void gradientReady(int rows) {
    floats.gradientReady(rows);
  }

  @Override
  public void inputGradient(
      BFloat16Memory from,
      BFloat16Memory dy,
      boolean gated,
      BFloat16Memory dx,
      int firstRow,
      int rows) {
    int end = firstRow + rows;
    for (int first = firstRow; first < end; first += mappedRows) {
      int n = Math.min(mappedRows, end - first);
      load(from, first, n, x);
      load(dy, first, n, other);
      floats.inputGradient(x, other, gated, other, 0, n);
      store(other, dx, first, n);
    }
  }
}
