package org.lockstep.nn.layers;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A pooling layer in float64. */
final class DoublePooling extends DoublePlan {
  /** ND4J's words for a mean over the image's own values, and for channels that come last. */
  private static final int WITHOUT_PADDING = 0;

  private static final int CHANNELS_LAST = 1;

  private final String op;
  private final int[] arguments;

  /**
   * @param op ND4J's name of the operation; that of its gradient has {@code _bp} behind
   */
  DoublePooling(Pooling layer, long[] xShape, String op, long[] kernel, long[] strides) {
    super(layer, xShape);
    this.op = op;
    arguments = windows(kernel, strides, 0, WITHOUT_PADDING, CHANNELS_LAST);
  }

  @Override
  void forward(INDArray x, INDArray y) {
    run(op, arguments, new INDArray[] {x}, y);
  }

  @Override
  void backward(INDArray x, INDArray dy, INDArray dx) {
    run(op + "_bp", arguments, new INDArray[] {x, dy}, dx);
  }
}
