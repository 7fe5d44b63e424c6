package org.lockstep.nn.layers;

import java.util.List;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_desc;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer whose output is linear in its weights and bias. Parameters are plain arrays; each forward
 * pass copies the weights into the layout and type of its primitive, and so does each backward
 * pass, hence values may be changed between steps by anybody without a word to the layer.
 */
abstract class WeightedLayer extends PlannedLayer {
  /** Axes of the weights as oneDNN names them: o, i, h, w. */
  final long[] weightDims;

  private final Parameter weight;
  private final @Nullable Parameter bias;
  private final @Nullable WeightStandardization standardization;
  private final boolean inputGradient;
  private @Nullable Layouts weights;
  private @Nullable Layouts weightGradients;

  /**
   * @param weightShape of the parameter
   * @param weightDims the same elements in the same order, by axes {@code [o, i, h, w]}
   * @param standardized whether it computes with {@link WeightStandardization standardized} weights
   * @param inputGradient false in the first layer of a network, whose backward pass then returns an
   *     empty array
   */
  WeightedLayer(
      String name,
      Shape in,
      Shape out,
      long[] weightShape,
      long[] weightDims,
      boolean bias,
      boolean standardized,
      boolean inputGradient,
      Precision precision) {
    super(name, in, out, precision);
    this.weightDims = weightDims;
    this.inputGradient = inputGradient;
    weight = parameter(name + ".weight", weightShape);
    this.bias = bias ? parameter(name + ".bias", weightShape[0]) : null;
    standardization = standardized ? standardization(weightShape) : null;
  }

  /** What the primitives for one batch size are; the forward one is made first. */
  interface Descriptors {
    primitive_desc forward();

    primitive_desc backwardWeights();

    primitive_desc backwardData();
  }

  abstract Descriptors descriptors(long n);

  /** How many inputs a value of the output is the weighted sum of. */
  public final int fanIn() {
    return (int) (weight.value().length() / weight.value().size(0));
  }

  @Override
  public final List<Parameter> parameters() {
    return bias == null ? List.of(weight) : List.of(weight, bias);
  }

  /** What the passes compute with: weights, in their place what they are standardized to. */
  Parameter kernel() {
    return standardization == null ? weight : standardization.standardized();
  }

  @Nullable Parameter bias() {
    return bias;
  }

  boolean inputGradient() {
    return inputGradient;
  }

  /** The weights in the layouts that primitives ask for. */
  Layouts weights() {
    if (weights == null) {
      weights = layouts(kernel().value());
    }
    return weights;
  }

  /** The gradients of the weights in the layouts that primitives write. */
  Layouts weightGradients() {
    if (weightGradients == null) {
      weightGradients = layouts(kernel().gradient());
    }
    return weightGradients;
  }

  private Layouts layouts(INDArray array) {
    memory.desc desc = dnn().plain(weightDims);
    return new Layouts(dnn(), desc, dnn().memory(desc, array));
  }

  /** The bias's layout, or oneDNN's word for none. */
  memory.desc biasDesc() {
    return bias == null ? dnn().keep(new memory.desc()) : dnn().plain(bias.value().length());
  }

  /** The shape of an input of no samples, the gradient where nobody needs one. */
  static long[] withoutSamples(long[] xShape) {
    long[] empty = xShape.clone();
    empty[0] = 0;
    return empty;
  }

  @Override
  final Plan plan(long n, long[] xShape) {
    return ofWeights(new WeightedPlan(this, descriptors(n), xShape, output(xShape)));
  }

  /** A plan that computes with {@link #kernel}, as one from and to the parameters. */
  final Plan ofWeights(Plan plan) {
    return standardization == null ? plan : standardization.around(plan);
  }

  private WeightStandardization standardization(long[] shape) {
    Precision own = precision().ofParameters();
    WeightStandardization.check(name(), fanIn());
    return new WeightStandardization(weight, array(own, shape), array(own, shape));
  }

  private Parameter parameter(String name, long... shape) {
    Precision own = precision().ofParameters();
    return new Parameter(name, array(own, shape), array(own, shape), false);
  }
}
