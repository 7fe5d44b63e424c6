package org.lockstep.nn.norm;

import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.HostMemory;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The array in which a layer returns its result, seen by kernels as rows of channels. Allocated at
 * the first {@link #memory}, kept until {@link #close}.
 */
final class OutputPort implements AutoCloseable {
  private final Layout layout;
  private final long[] shape;
  private @Nullable INDArray array;
  private @Nullable INDArray rows;
  private FloatBuffer memory = FloatBuffer.allocate(0);

  OutputPort(Layout layout, long[] shape) {
    this.layout = layout;
    this.shape = shape;
  }

  /** Where kernels write. */
  FloatBuffer memory() {
    if (array == null) {
      array = HostMemory.allocate(shape);
      rows =
          layout.isChannelsLast(shape.length)
              ? array
              : HostMemory.allocate(layout.channelsLast(array).shape());
      memory = HostMemory.floats(rows);
    }
    return memory;
  }

  /** What kernels wrote, in the caller's layout; this port's own array. */
  INDArray publish() {
    if (array == null || rows == null) {
      throw new IllegalStateException("nothing was written");
    }
    if (rows != array && !array.isEmpty()) {
      layout.channelsLast(array).assign(rows);
    }
    return array;
  }

  @Override
  public void close() {
    if (rows != null && rows != array && rows.closeable()) {
      rows.close();
    }
    if (array != null && array.closeable()) {
      array.close();
    }
  }
}
