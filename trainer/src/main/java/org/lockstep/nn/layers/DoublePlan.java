package org.lockstep.nn.layers;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a layer does in float64 at one batch size, by ND4J's own operations. It serves checks: it is
 * short, not fast.
 */
abstract class DoublePlan implements Plan {
  private final PlannedLayer layer;
  private final long[] xShape;
  private final INDArray y;
  private @Nullable INDArray x;
  private @Nullable INDArray dx;

  DoublePlan(PlannedLayer layer, long[] xShape) {
    this.layer = layer;
    this.xShape = xShape;
    y = layer.array(layer.yShape(xShape));
  }

  /** Writes {@code y}; all arrays are {@code [N, H, W, C]}. */
  abstract void forward(INDArray x, INDArray y);

  /** Writes {@code dx} and the gradients of the parameters. */
  abstract void backward(INDArray x, INDArray dy, INDArray dx);

  @Override
  public final INDArray forward(INDArray x) {
    this.x = images(x, layer.inputShape());
    forward(this.x, images(y, layer.outputShape()));
    return y;
  }

  @Override
  public INDArray backward(INDArray dy) {
    if (x == null) {
      throw new IllegalStateException(layer.name() + ": a backward pass follows a forward pass");
    }
    if (dx == null) {
      dx = layer.array(xShape);
    }
    backward(x, images(dy, layer.outputShape()), images(dx, layer.inputShape()));
    return dx;
  }

  private static INDArray images(INDArray batch, Shape shape) {
    return batch.reshape('c', batch.size(0), shape.height(), shape.width(), shape.channels());
  }

  /** Runs an operation of ND4J's that writes into {@code outputs}. */
  static void run(String op, int[] arguments, INDArray[] inputs, INDArray... outputs) {
    Nd4j.exec(new DynamicCustomOp(op, inputs, outputs, List.of(), arguments));
  }

  /**
   * The arguments of ND4J's operations on windows over images.
   *
   * @param kernel rows and columns of a window
   * @param strides rows and columns from one window to the next
   * @param pad rows and columns of zeros on each side
   * @param beforeLast the last argument but one, whose meaning depends on the operation
   * @param last the last argument, likewise
   */
  static int[] windows(long[] kernel, long[] strides, int pad, int beforeLast, int last) {
    int dilation = 1;
    int paddingAsGiven = 0;
    return new int[] {
      (int) kernel[0],
      (int) kernel[1],
      (int) strides[0],
      (int) strides[1],
      pad,
      pad,
      dilation,
      dilation,
      paddingAsGiven,
      beforeLast,
      last
    };
  }
}
