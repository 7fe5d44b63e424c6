package org.lockstep.nn.norm;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where the channels are among a batch's axes. There may be no spatial axes, [N, C], where both are
 * the same, or up to three.
 */
public enum Layout {
  /**
   * {@code [N, L, C]}, {@code [N, H, W, C]} or {@code [N, D, H, W, C]}, what the kernels work on:
   * no copy is made.
   */
  CHANNELS_LAST,
  /**
   * {@code [N, C, L]}, {@code [N, C, H, W]} or {@code [N, C, D, H, W]}, as PyTorch has it:
   * transposed on the way in and out.
   */
  CHANNELS_FIRST;

  /** The most axes of space. */
  public static final int MAX_SPATIAL = 3;

  /** A buffer counts its bytes in ints; up to a block beyond the end. */
  private static final long MAX_VALUES = 1L << 28;

  /**
   * Checks that {@code array} has the shape of a batch of {@code channels} channels.
   *
   * @throws IllegalArgumentException if it is not, naming {@code layer}
   */
  void check(String layer, INDArray array, int channels) {
    int rank = array.rank();
    boolean known = rank >= 2 && rank <= 2 + MAX_SPATIAL;
    if (!known || array.size(this == CHANNELS_LAST ? rank - 1 : 1) != channels) {
      String image = this == CHANNELS_LAST ? "[N, ..., %d]" : "[N, %d, ...]";
      throw new IllegalArgumentException(
          layer
              + ": expected a batch "
              + image.formatted(channels)
              + " with up to three axes of space, found "
              + Arrays.toString(array.shape()));
    }
    if (array.length() > MAX_VALUES) {
      throw new IllegalArgumentException(
          layer
              + (": expected a batch of at most " + MAX_VALUES + " values, found ")
              + Arrays.toString(array.shape()));
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
