package org.lockstep.nn.norm;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The array in which a layer returns its result, seen by kernels as rows of channels. Allocated at
 * the first {@link #memory}, kept until {@link #close}.
 */
final class OutputPort<B> implements AutoCloseable {
  private final Layout layout;
  private final ArrayMemory<B> arrays;
  private final long[] shape;
  private @Nullable Target<B> target;

  OutputPort(Layout layout, ArrayMemory<B> arrays, long[] shape) {
    this.layout = layout;
    this.arrays = arrays;
    this.shape = shape;
  }

  /** Where kernels write. */
  B memory() {
    return target().memory;
  }

  private Target<B> target() {
    if (target == null) {
      target = allocate();
    }
    return target;
  }

  private Target<B> allocate() {
    INDArray array = arrays.precision().allocate(shape);
    INDArray rows =
        layout.isChannelsLast(shape.length)
            ? array
            : arrays.precision().allocate(layout.channelsLast(array).shape());
    return new Target<>(array, rows, arrays.memory(rows));
  }

  /** What kernels wrote, in the caller's layout; this port's own array. */
  INDArray publish() {
    Target<B> written = target();
    if (written.rows != written.array && !written.array.isEmpty()) {
      layout.channelsLast(written.array).assign(written.rows);
    }
    return written.array;
  }

  @Override
  public void close() {
    if (target != null && target.array.closeable()) {
      if (target.rows != target.array) {
        target.rows.close();
      }
      target.array.close();
    }
  }

  /** The caller's array, the rows that kernels write (the same where the layout allows it). */
  private record Target<B>(INDArray array, INDArray rows, B memory) {}
}
