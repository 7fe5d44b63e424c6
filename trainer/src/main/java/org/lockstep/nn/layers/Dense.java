package org.lockstep.nn.layers;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.inner_product_backward_data;
import org.bytedeco.dnnl.inner_product_backward_weights;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_desc;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A fully connected layer: {@code [N, H, W, C]} or {@code [N, C]} to {@code [N, outputs]}.
 * Parameters: {@code weight} {@code [outputs, C * H * W]}, the input in the order C, H, W as where
 * an image in that order is flattened, and {@code bias} {@code [outputs]}; zero until somebody
 * fills them.
 */
public final class Dense extends WeightedLayer {
  private final Precision outputPrecision;

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
    this(name, in, outputs, bias, inputGradient, precision, precision);
  }

  private Dense(
      String name,
      Shape in,
      int outputs,
      boolean bias,
      boolean inputGradient,
      Precision precision,
      Precision outputPrecision) {
    super(
        name,
        in,
        Shape.features(outputs),
        new long[] {outputs, in.size()},
        new long[] {outputs, in.channels(), in.height(), in.width()},
        bias,
        false,
        inputGradient,
        precision);
    this.outputPrecision = outputPrecision;
  }

  /**
   * The last layer of a classifier, whose output is not rounded to bf16 where its input is, so that
   * the loss sees float32; the gradient of the output comes in {@code precision}.
   */
  public static Dense ofLogits(
      String name,
      Shape in,
      int classes,
      boolean bias,
      boolean inputGradient,
      Precision precision) {
    return new Dense(name, in, classes, bias, inputGradient, precision, precision.ofParameters());
  }

  @Override
  INDArray output(long[] xShape) {
    return array(outputPrecision, yShape(xShape));
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
  Plan doublePlan(long[] xShape) {
    return new DoubleConvolution(this, 1, 0, xShape);
  }

  private final class InnerProduct implements Descriptors {
    private final OneDnn dnn = dnn();
    private final memory.desc x;
    private final memory.desc dy;
    private final memory.desc weights;
    private final memory.desc weightGradients = dnn.weightGradients(weightDims);
    private final inner_product_forward.primitive_desc forward;

    InnerProduct(long n) {
      x = dnn.activations(n, inputShape());
      int outputs = outputShape().channels();
      memory.desc y = dnn.vectors(outputPrecision, n, outputs);
      dy = dnn.vectors(precision(), n, outputs);
      weights = dnn.weights(weightDims);
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
          dnn.engine(), x, weightGradients, biasDesc(), dy, forward, dnn.attributes(), false);
    }

    @Override
    public primitive_desc backwardData() {
      return new inner_product_backward_data.primitive_desc(
          dnn.engine(), x, weights, dy, forward, dnn.attributes(), false);
    }
  }
}
