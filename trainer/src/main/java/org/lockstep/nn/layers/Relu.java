package org.lockstep.nn.layers;

import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * y = max(x, 0); the gradient at 0 is 0. A loop of our own, since oneDNN's turns NaN into 0 and so
 * hides that a training run has diverged.
 */
public final class Relu extends PlannedLayer {
  /** Values at a time, on the heap and in the L1 cache, where the JIT vectorizes loops. */
  private static final int BLOCK = 2048;

  /** Its square times the least float is more than 1. */
  private static final float HUGE = 0x1p100f;

  private final float[] values = new float[BLOCK];
  private final float[] gradients = new float[BLOCK];

  public Relu(String name, Shape in, Precision precision) {
    super(name, in, in, precision);
  }

  @Override
  long[] yShape(long[] xShape) {
    return xShape;
  }

  @Override
  Plan plan(long n, long[] xShape) {
    return precision() == Precision.BF16 ? new BFloat16Relu(this, xShape) : new Buffers(xShape);
  }

  @Override
  DoublePlan doublePlan(long[] xShape) {
    return new DoubleRelu(this, xShape);
  }

  private static void rectify(float[] values, int length) {
    for (int i = 0; i < length; i++) {
      values[i] = Math.max(values[i], 0f);
    }
  }

  /** Multiplies by 1 where y &gt; 0, even the least float, and by 0 elsewhere. */
  private static void gate(float[] gradients, float[] y, int length) {
    for (int i = 0; i < length; i++) {
      // Products and minima are vectorized, comparisons are not.
      gradients[i] *= Math.min(y[i] * HUGE * HUGE, 1f);
    }
  }

  private final class Buffers implements Plan {
    private final long[] shape;
    private final Floats y;
    private @Nullable Floats dx;
    private @Nullable Floats x;
    private @Nullable Floats dy;

    Buffers(long[] shape) {
      this.shape = shape;
      y = new Floats(array(shape));
    }

    @Override
    public INDArray forward(INDArray array) {
      Floats from = Floats.of(array, x);
      x = from;
      for (int at = 0; at < y.size(); at += BLOCK) {
        int length = Math.min(BLOCK, y.size() - at);
        from.values.get(at, values, 0, length);
        rectify(values, length);
        y.values.put(at, values, 0, length);
      }
      return y.array;
    }

    @Override
    public INDArray backward(INDArray array) {
      Floats from = Floats.of(array, dy);
      Floats to = dx == null ? new Floats(array(shape)) : dx;
      dy = from;
      dx = to;
      for (int at = 0; at < y.size(); at += BLOCK) {
        int length = Math.min(BLOCK, y.size() - at);
        y.values.get(at, values, 0, length);
        from.values.get(at, gradients, 0, length);
        gate(gradients, values, length);
        to.values.put(at, gradients, 0, length);
      }
      return to.array;
    }
  }

  /** An array and its memory, seen once: other layers' arrays are the same in step after step. */
  private record Floats(INDArray array, FloatBuffer values) {
    Floats(INDArray array) {
      this(array, HostMemory.floats(array));
    }

    static Floats of(INDArray array, @Nullable Floats last) {
      return last != null && last.array == array ? last : new Floats(array);
    }

    int size() {
      return values.capacity();
    }
  }
}
