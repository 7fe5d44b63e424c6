package org.lockstep.models;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormFactory;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Layers, one after the other. One rank's thread calls it; the arrays it returns are its layers'
 * own and hold until its next call.
 */
public final class Network implements AutoCloseable {
  private final Shape inputShape;
  private final List<LayerSpec> plan;
  private final List<Layer> layers;
  private final List<Parameter> parameters;
  private final NormFactory norms;

  /**
   * @param plan what {@code layers} were built from
   */
  Network(Shape inputShape, List<LayerSpec> plan, List<Layer> layers, NormFactory norms) {
    this.inputShape = inputShape;
    this.plan = List.copyOf(plan);
    this.layers = List.copyOf(layers);
    this.parameters = layers.stream().flatMap(layer -> layer.parameters().stream()).toList();
    this.norms = norms;
  }

  /** The shape of one image. */
  public Shape inputShape() {
    return inputShape;
  }

  /** What the layers were stated as, first to last. */
  public List<LayerSpec> plan() {
    return plan;
  }

  /** How its norm layers were made. */
  public NormFactory norms() {
    return norms;
  }

  /**
   * @param x images {@code [N, H, W, C]} of {@link #inputShape}, N may be 0
   * @return logits {@code [N, classes]}
   */
  public INDArray forward(INDArray x, Pass pass) {
    INDArray y = x;
    for (Layer layer : layers) {
      y = layer.forward(y, pass);
    }
    return y;
  }

  /**
   * Writes the gradients of all parameters.
   *
   * @param dLogits gradient of the loss with respect to what {@link #forward} returned
   * @param finished told of each layer once its gradients are written, the last layer first
   */
  public void backward(INDArray dLogits, Consumer<Layer> finished) {
    INDArray dy = dLogits;
    for (int i = layers.size() - 1; i >= 0; i--) {
      dy = layers.get(i).backward(dy);
      finished.accept(layers.get(i));
    }
  }

  /** The layers, first to last. */
  public List<Layer> layers() {
    return layers;
  }

  /** All parameters, those of the first layer first. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** All buffers of the layers by full name, those of the first layer first; live arrays. */
  public Map<String, double[]> buffers() {
    Map<String, double[]> buffers = new LinkedHashMap<>();
    layers.forEach(layer -> buffers.putAll(layer.buffers()));
    return buffers;
  }

  /** Lets every layer take over what the step held back; see {@link Layer#commit}. */
  public void commit() {
    layers.forEach(Layer::commit);
  }

  @Override
  public void close() {
    layers.forEach(Layer::close);
    norms.close();
  }
}
