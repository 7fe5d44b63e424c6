package org.lockstep.nn.layers;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The shortcut without parameters where a residual block changes the shape: every stride-th row and
 * column, with channels of zeros before and after (He et al. 2016, "Deep Residual Learning for
 * Image Recognition", section 3.3, option A): {@code [N, H, W, C]} to {@code [N, ⌈H/s⌉, ⌈W/s⌉,
 * outChannels]}. Belongs to one thread at a time.
 */
public final class PaddedShortcut implements Layer {
  private final String name;
  private final Shape in;
  private final Shape out;
  private final int stride;
  private final Precision precision;
  private final Map<Long, Batch> batches = new HashMap<>();
  private @Nullable Batch latest;

  /**
   * @param in shape of one input image
   * @param outChannels at least the channels of {@code in}; of those added, half come before
   * @param stride rows or columns from one that is kept to the next
   * @throws IllegalArgumentException if there are fewer channels behind it than before
   */
  public PaddedShortcut(String name, Shape in, int outChannels, int stride, Precision precision) {
    this.name = name;
    this.in = in;
    this.stride = stride;
    this.precision = precision;
    out = output(name, in, outChannels, stride);
  }

  /**
   * The shape of one image behind such a shortcut.
   *
   * @throws IllegalArgumentException as the constructor
   */
  public static Shape output(String name, Shape in, int outChannels, int stride) {
    if (outChannels < in.channels()) {
      throw new IllegalArgumentException(
          name
              + ": a shortcut that pads can only add channels, found "
              + in.channels()
              + " before and "
              + outChannels
              + " behind it");
    }
    return new Shape((in.height() - 1) / stride + 1, (in.width() - 1) / stride + 1, outChannels);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public INDArray forward(INDArray x, Pass pass) {
    latest = batches.computeIfAbsent(x.size(0), Batch::new);
    return latest.forward(x);
  }

  @Override
  public INDArray backward(INDArray dy) {
    if (latest == null) {
      throw new IllegalStateException(name + ": a backward pass follows a forward pass");
    }
    return latest.backward(dy);
  }

  @Override
  public void close() {
    batches.values().forEach(Batch::close);
    batches.clear();
    latest = null;
  }

  /** The arrays for one number of samples; what is not copied in them stays zero. */
  private final class Batch {
    private final long n;
    private final Bytes y;
    private final Bytes dx;
    private final int pixel = in.channels() * precision.bytes();
    private final int outPixel = out.channels() * precision.bytes();
    private final int before = (out.channels() - in.channels()) / 2 * precision.bytes();
    private @Nullable Bytes x;
    private @Nullable Bytes dy;

    Batch(long n) {
      this.n = n;
      y = new Bytes(precision.allocate(n, out.height(), out.width(), out.channels()));
      dx = new Bytes(precision.allocate(n, in.height(), in.width(), in.channels()));
    }

    INDArray forward(INDArray array) {
      Bytes from = Bytes.of(array, x);
      x = from;
      forEachPixel((small, large) -> y.memory.put(small + before, from.memory, large, pixel));
      return y.array;
    }

    INDArray backward(INDArray array) {
      Bytes from = Bytes.of(array, dy);
      dy = from;
      forEachPixel((small, large) -> dx.memory.put(large, from.memory, small + before, pixel));
      return dx.array;
    }

    private void forEachPixel(PixelPair body) {
      for (int image = 0; image < n; image++) {
        for (int row = 0; row < out.height(); row++) {
          int small = (image * out.height() + row) * out.width() * outPixel;
          int large = (image * in.height() + row * stride) * in.width() * pixel;
          for (int column = 0; column < out.width(); column++) {
            body.accept(small + column * outPixel, large + column * stride * pixel);
          }
        }
      }
    }

    void close() {
      if (n > 0) {
        y.array.close();
        dx.array.close();
      }
    }
  }

  /** An array and its memory, seen once: other layers' arrays are the same in step after step. */
  private record Bytes(INDArray array, ByteBuffer memory) {
    Bytes(INDArray array) {
      this(array, HostMemory.bytes(array));
    }

    static Bytes of(INDArray array, @Nullable Bytes last) {
      return last != null && last.array == array ? last : new Bytes(array);
    }
  }

  /** Where, in bytes, a pixel begins in the smaller and in the larger image. */
  private interface PixelPair {
    void accept(int small, int large);
  }
}
