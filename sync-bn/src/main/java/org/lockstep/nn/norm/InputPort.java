package org.lockstep.nn.norm;

import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.HostMemory;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Lets kernels read arrays of one shape as rows of channels: in place where the array is contiguous
 * with its channels last, otherwise from a copy whose memory is allocated once.
 */
final class InputPort implements AutoCloseable {
  private final Layout layout;
  private @Nullable INDArray seen;
  private FloatBuffer seenMemory = FloatBuffer.allocate(0);
  private @Nullable INDArray scratch;
  private FloatBuffer scratchMemory = FloatBuffer.allocate(0);

  InputPort(Layout layout) {
    this.layout = layout;
  }

  /** The rows of {@code array}, valid until it changes or the next call. */
  FloatBuffer read(INDArray array) {
    if (layout.isChannelsLast(array.rank()) && HostMemory.isContiguous(array)) {
      if (array != seen || array.wasClosed()) {
        seenMemory = HostMemory.floats(array);
        seen = array;
      }
      return seenMemory;
    }
    return copy(layout.channelsLast(array));
  }

  private FloatBuffer copy(INDArray array) {
    if (scratch == null) {
      scratch = HostMemory.allocate(array.shape());
      scratchMemory = HostMemory.floats(scratch);
    }
    if (!array.isEmpty()) {
      scratch.assign(array);
    }
    return scratchMemory;
  }

  @Override
  public void close() {
    if (scratch != null && scratch.closeable()) {
      scratch.close();
    }
  }
}
