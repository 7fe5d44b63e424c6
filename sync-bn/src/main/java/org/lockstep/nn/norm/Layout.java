package org.lockstep.nn.norm;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Where the channels are among a batch's axes. Without spatial axes, [N, C], both are the same. */
public enum Layout {
  /** {@code [N, H, W, C]}, what the kernels work on: no copy is made. */
  CHANNELS_LAST,
  /** {@code [N, C, H, W]}, as PyTorch has it: transposed on the way in and out. */
  CHANNELS_FIRST;

  /**
   * Checks that {@code array} is a float32 batch of {@code channels} channels.
   *
   * @throws IllegalArgumentException if it is not, naming {@code layer}
   */
  void check(String layer, INDArray array, int channels) {
    int rank = array.rank();
    boolean known = rank == 2 || rank == 4;
    if (!known || array.size(this == CHANNELS_LAST ? rank - 1 : 1) != channels) {
      String image = this == CHANNELS_LAST ? "[N, H, W, %d]" : "[N, %d, H, W]";
      throw new IllegalArgumentException(
          layer
              + ": expected a batch "
              + image.formatted(channels)
              + (" or [N, " + channels + "], found ")
              + Arrays.toString(array.shape()));
    }
    if (array.dataType() != DataType.FLOAT) {
      throw new IllegalArgumentException(
          layer + ": expected float32 values, found " + array.dataType());
    }
  }

  /** Whether an array of this rank has its channels last already. */
  boolean isChannelsLast(int rank) {
    return this == CHANNELS_LAST || rank == 2;
  }

  /** The axes of {@code array} with the channels last; a view. */
  INDArray channelsLast(INDArray array) {
    int rank = array.rank();
    if (isChannelsLast(rank)) {
      return array;
    }
    int[] axes =
        IntStream.range(0, rank).map(i -> i == 0 ? 0 : i == rank - 1 ? 1 : i + 1).toArray();
    return array.permute(axes);
  }
}
