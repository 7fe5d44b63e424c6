package org.lockstep.models;

import org.lockstep.nn.Layer;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormFactory;

/** A layer that nobody knows. */
public record StrangeLayer(String name, Shape output) implements LayerSpec {
  @Override
  public Layer build(NormFactory norms, InitialWeights weights) {
    throw new UnsupportedOperationException();
  }
}
