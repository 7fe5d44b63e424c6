package org.lockstep.nn.layers;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.lockstep.nn.Parameter;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A layer with weights in float64; a dense one is a convolution whose kernel is the image. */
final class DoubleConvolution extends DoublePlan {
  private static final int CHANNELS_LAST = 1;
  private static final int WEIGHTS_OIHW = 1;

  private final WeightedLayer layer;
  private final int[] arguments;
  private final List<INDArray> values;
  private final List<INDArray> gradients;

  /**
   * @param stride rows or columns from one window to the next
   * @param pad rows and columns of zeros on each side
   */
  DoubleConvolution(WeightedLayer layer, int stride, int pad, long[] xShape) {
    super(layer, xShape);
    this.layer = layer;
    long[] kernel = {layer.weightDims[2], layer.weightDims[3]};
    arguments = windows(kernel, new long[] {stride, stride}, pad, CHANNELS_LAST, WEIGHTS_OIHW);
    values = tensors(Parameter::value);
    gradients = tensors(Parameter::gradient);
  }

  /** Of the weights, as {@code [o, i, h, w]}, and of the bias where there is one. */
  private List<INDArray> tensors(Function<Parameter, INDArray> which) {
    return Stream.concat(Stream.of(layer.kernel()), Stream.ofNullable(layer.bias()))
        .map(which)
        .map(array -> array.rank() == 1 ? array : array.reshape('c', layer.weightDims))
        .toList();
  }

  @Override
  void forward(INDArray x, INDArray y) {
    run("conv2d", arguments, all(x, values), y);
  }

  @Override
  void backward(INDArray x, INDArray dy, INDArray dx) {
    run("conv2d_bp", arguments, all(x, values, dy), all(dx, gradients));
  }

  private static INDArray[] all(INDArray first, List<INDArray> more, INDArray... last) {
    return Stream.of(Stream.of(first), more.stream(), Stream.of(last))
        .flatMap(Function.identity())
        .toArray(INDArray[]::new);
  }

  @Override
  public INDArray backward(INDArray dy) {
    INDArray dx = super.backward(dy);
    return layer.inputGradient() ? dx : layer.array(WeightedLayer.withoutSamples(dx.shape()));
  }
}
