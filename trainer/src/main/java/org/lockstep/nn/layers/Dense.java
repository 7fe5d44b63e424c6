package org.lockstep.nn.layers;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.inner_product_backward_data;
import org.bytedeco.dnnl.inner_product_backward_weights;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_desc;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;

/**
 * A fully connected layer: {@code [N, H, W, C]} or {@code [N, C]} to {@code [N, outputs]}.
 * Parameters: {@code weight} {@code [outputs, C * H * W]}, the input in the order C, H, W as where
 * an image in that order is flattened, and {@code bias} {@code [outputs]}; zero until somebody
 * fills them.
 */
public final class Dense extends WeightedLayer {
  /**
   * @param name of the layer; its parameters are {@code name.weight} and {@code name.bias}
   * @param in shape of one sample
   * @param outputs number of outputs
   * @param bias whether each output has a bias
   * @param inputGradient false where nobody needs the gradient of the input (the first layer): the
   *     backward pass then returns an empty array
   */
  public Dense(
      String name,
      Shape in,
      int outputs,
      boolean bias,
      boolean inputGradient,
      Precision precision) {
    super(
        name,
        in,
        Shape.features(outputs),
        new long[] {outputs, in.size()},
        new long[] {outputs, in.channels(), in.height(), in.width()},
        bias,
        inputGradient,
        precision);
  }

  @Override
  long[] yShape(long[] xShape) {
    return new long[] {xShape[0], outputShape().channels()};
  }

  @Override
  Descriptors descriptors(long n) {
    return new InnerProduct(n);
  }

  @Override
  DoublePlan doublePlan(long[] xShape) {
    return new DoubleConvolution(this, 1, 0, xShape);
  }

  private final class InnerProduct implements Descriptors {
    private final OneDnn dnn = dnn();
    private final memory.desc x;
    private final memory.desc y;
    private final memory.desc weights = dnn.anyLayout(weightDims);
    private final inner_product_forward.primitive_desc forward;

    InnerProduct(long n) {
      x = dnn.activations(n, inputShape());
      y = dnn.vectors(n, outputShape().channels());
      forward =
          new inner_product_forward.primitive_desc(
              dnn.engine(),
              dnnl.dnnl_forward_training,
              x,
              weights,
              biasDesc(),
              y,
              dnn.attributes(),
              false);
    }

    @Override
    public primitive_desc forward() {
      return forward;
    }

    @Override
    public primitive_desc backwardWeights() {
      return new inner_product_backward_weights.primitive_desc(
          dnn.engine(), x, weights, biasDesc(), y, forward, dnn.attributes(), false);
    }

    @Override
    public primitive_desc backwardData() {
      return new inner_product_backward_data.primitive_desc(
          dnn.engine(), x, weights, y, forward, dnn.attributes(), false);
    }
  }
}
