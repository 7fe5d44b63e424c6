package org.lockstep.nn.layers;

import java.util.List;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_desc;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Shape;

/**
 * A layer whose output is linear in its weights and bias. Parameters are plain arrays; each forward
 * pass copies the weights into the layout of its primitive, and so does each backward pass, hence
 * values may be changed between steps by anybody without a word to the layer.
 */
abstract class WeightedLayer extends PlannedLayer {
  /** Axes of the weights as oneDNN names them: o, i, h, w. */
  final long[] weightDims;

  final Layouts weights;
  final Layouts weightGradients;
  private final Parameter weight;
  private final @Nullable Parameter bias;
  private final boolean inputGradient;

  /**
   * @param weightShape of the parameter
   * @param weightDims the same elements in the same order, by axes {@code [o, i, h, w]}
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
      boolean inputGradient) {
    super(name, in, out);
    this.weightDims = weightDims;
    this.inputGradient = inputGradient;
    weight = parameter(name + ".weight", weightShape);
    this.bias = bias ? parameter(name + ".bias", weightShape[0]) : null;
    memory.desc desc = dnn.plain(weightDims);
    weights = new Layouts(dnn, desc, dnn.memory(desc, weight.value()));
    weightGradients = new Layouts(dnn, desc, dnn.memory(desc, weight.gradient()));
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

  @Nullable Parameter bias() {
    return bias;
  }

  boolean inputGradient() {
    return inputGradient;
  }

  /** The bias's layout, or oneDNN's word for none. */
  memory.desc biasDesc() {
    return bias == null ? dnn.keep(new memory.desc()) : dnn.plain(bias.value().length());
  }

  @Override
  final Plan plan(long n, long[] xShape) {
    return new WeightedPlan(this, descriptors(n), xShape, dnn.array(yShape(xShape)));
  }

  private Parameter parameter(String name, long... shape) {
    return new Parameter(name, dnn.array(shape), dnn.array(shape), false);
  }
}
