package org.lockstep.nn.layers;

import java.nio.ShortBuffer;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.HostMemory;
import org.nd4j.linalg.api.ndarray.INDArray;

/** max(x, 0) in bf16, on the bits; keeps NaN as {@link Relu} does in float32. */
final class BFloat16Relu implements Plan {
  /** Values at a time, on the heap and in the L1 cache. */
  private static final int BLOCK = 2048;

  private static final int MAGNITUDE = 0x7fff;
  private static final int INFINITY = 0x7f80;

  private final Relu layer;
  private final long[] shape;
  private final short[] values = new short[BLOCK];
  private final short[] gradients = new short[BLOCK];
  private final Bits y;
  private @Nullable Bits dx;
  private @Nullable Bits x;
  private @Nullable Bits dy;

  BFloat16Relu(Relu layer, long[] shape) {
    this.layer = layer;
    this.shape = shape;
    y = new Bits(layer.array(shape));
  }

  @Override
  public INDArray forward(INDArray array) {
    Bits from = Bits.of(array, x);
    x = from;
    for (int at = 0; at < y.size(); at += BLOCK) {
      int length = Math.min(BLOCK, y.size() - at);
      from.values.get(at, values, 0, length);
      for (int i = 0; i < length; i++) {
        values[i] = rectified(values[i]);
      }
      y.values.put(at, values, 0, length);
    }
    return y.array;
  }

  private static short rectified(short x) {
    return x < 0 && !isNaN(x) ? 0 : x;
  }

  private static boolean isNaN(short bits) {
    return (bits & MAGNITUDE) > INFINITY;
  }

  @Override
  public INDArray backward(INDArray array) {
    Bits from = Bits.of(array, dy);
    Bits to = dx == null ? new Bits(layer.array(shape)) : dx;
    dy = from;
    dx = to;
    for (int at = 0; at < y.size(); at += BLOCK) {
      int length = Math.min(BLOCK, y.size() - at);
      y.values.get(at, values, 0, length);
      from.values.get(at, gradients, 0, length);
      for (int i = 0; i < length; i++) {
        gradients[i] = gated(gradients[i], values[i]);
      }
      to.values.put(at, gradients, 0, length);
    }
    return to.array;
  }

  /** The gradient where y, which is not negative, is above 0; a y that is NaN stands for it. */
  private static short gated(short gradient, short y) {
    return y == 0 || isNaN(y) ? y : gradient;
  }

  /** An array and its memory, seen once: other layers' arrays are the same in step after step. */
  private record Bits(INDArray array, ShortBuffer values) {
    Bits(INDArray array) {
      this(array, HostMemory.shorts(array));
    }

    static Bits of(INDArray array, @Nullable Bits last) {
      return last != null && last.array == array ? last : new Bits(array);
    }

    int size() {
      return values.capacity();
    }
  }
}
