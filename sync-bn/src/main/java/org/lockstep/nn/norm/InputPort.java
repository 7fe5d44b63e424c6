package org.lockstep.nn.norm;

import org.jspecify.annotations.Nullable;
import org.lockstep.nn.HostMemory;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Lets kernels read arrays of one shape as rows of channels: in place where the array is contiguous
 * with its channels last, otherwise from a copy whose memory is allocated once.
 */
final class InputPort<B> implements AutoCloseable {
  private final Layout layout;
  private final ArrayMemory<B> arrays;
  private @Nullable View<B> seen;
  private @Nullable View<B> scratch;

  InputPort(Layout layout, ArrayMemory<B> arrays) {
    this.layout = layout;
    this.arrays = arrays;
  }

  /** The rows of {@code array}, valid until it changes or the next call. */
  B read(INDArray array) {
    if (!layout.isChannelsLast(array.rank()) || !HostMemory.isContiguous(array)) {
      return copy(layout.channelsLast(array));
    }
    View<B> view = seen;
    if (view == null || view.array != array) {
      view = new View<>(array, arrays.memory(array));
      seen = view;
    }
    return view.memory;
  }

  private B copy(INDArray array) {
    View<B> view = scratch;
    if (view == null) {
      INDArray fresh = arrays.precision().allocate(array.shape());
      view = new View<>(fresh, arrays.memory(fresh));
      scratch = view;
    }
    if (!array.isEmpty()) {
      view.array.assign(array);
    }
    return view.memory;
  }

  @Override
  public void close() {
    if (scratch != null && scratch.array.closeable()) {
      scratch.array.close();
    }
  }

  private record View<B>(INDArray array, B memory) {}
}
