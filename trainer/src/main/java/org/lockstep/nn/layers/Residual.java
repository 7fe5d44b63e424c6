package org.lockstep.nn.layers;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.lockstep.nn.AddingLayer;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A residual block: y = body(x) + shortcut(x) (He et al. 2016, "Deep Residual Learning for Image
 * Recognition", eq. 1 and 2). A body that ends with an {@link AddingLayer} leaves the sum to that,
 * and so may have the ReLU that follows the sum. Belongs to one thread at a time.
 */
public final class Residual implements Layer {
  private final String name;
  private final List<Layer> body;
  private final List<Layer> shortcut;
  private final List<Layer> beforeEnd;
  private final Layer end;
  private final List<Layer> parts;
  private final Addition y = new Addition();
  private final Addition dx = new Addition();

  /**
   * @param body the layers of the residual function, one after the other, at least one
   * @param shortcut the layers beside it, which end in the same shape; none: the identity
   */
  public Residual(String name, List<Layer> body, List<Layer> shortcut) {
    this.name = name;
    this.body = List.copyOf(body);
    this.shortcut = List.copyOf(shortcut);
    beforeEnd = this.body.subList(0, body.size() - 1);
    end = body.get(body.size() - 1);
    parts = Stream.concat(body.stream(), shortcut.stream()).toList();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public INDArray forward(INDArray x, Pass pass) {
    if (end instanceof AddingLayer adding) {
      INDArray residual = forward(beforeEnd, x, pass);
      return adding.forward(residual, forward(shortcut, x, pass), pass);
    }
    return y.of(forward(body, x, pass), forward(shortcut, x, pass));
  }

  private static INDArray forward(List<Layer> layers, INDArray x, Pass pass) {
    INDArray y = x;
    for (Layer layer : layers) {
      y = layer.forward(y, pass);
    }
    return y;
  }

  @Override
  public INDArray backward(INDArray dy) {
    if (end instanceof AddingLayer adding) {
      INDArray residual = backward(beforeEnd, adding.backward(dy));
      return dx.of(residual, backward(shortcut, adding.addendGradient()));
    }
    return dx.of(backward(body, dy), backward(shortcut, dy));
  }

  private static INDArray backward(List<Layer> layers, INDArray dy) {
    INDArray dx = dy;
    for (int i = layers.size() - 1; i >= 0; i--) {
      dx = layers.get(i).backward(dx);
    }
    return dx;
  }

  @Override
  public List<Layer> parts() {
    return parts;
  }

  @Override
  public List<Parameter> parameters() {
    return parts.stream().flatMap(layer -> layer.parameters().stream()).toList();
  }

  @Override
  public Map<String, double[]> buffers() {
    Map<String, double[]> buffers = new LinkedHashMap<>();
    parts.forEach(layer -> buffers.putAll(layer.buffers()));
    return buffers;
  }

  @Override
  public void commit() {
    parts.forEach(Layer::commit);
  }

  @Override
  public void close() {
    parts.forEach(Layer::close);
    y.close();
    dx.close();
  }
}
