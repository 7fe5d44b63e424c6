package org.lockstep.models;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.lockstep.nn.layers.Conv2d;
import org.lockstep.nn.layers.Dense;
import org.lockstep.nn.layers.GlobalAveragePool;
import org.lockstep.nn.layers.MaxPool2d;
import org.lockstep.nn.layers.PaddedShortcut;
import org.lockstep.nn.layers.Relu;
import org.lockstep.nn.layers.Residual;
import org.lockstep.nn.layers.WeightStandardization;
import org.lockstep.nn.layers.Windows;
import org.lockstep.nn.norm.NormFactory;

/**
 * What a layer will be. Stating it finds every error and costs nothing; {@link #build} allocates. A
 * composite of layers is a spec that builds its parts. Who writes a network down elsewhere reads
 * what it is made of here.
 */
public interface LayerSpec {
  String name();

  /** Shape of one sample of its output. */
  Shape output();

  /** What a composite is made of. */
  default List<LayerSpec> parts() {
    return List.of();
  }

  /** The same with a ReLU behind it, computed in the same pass; null where that takes another. */
  default @Nullable LayerSpec rectified() {
    return null;
  }

  /** Makes the layer, with initial weights. */
  Layer build(NormFactory norms, InitialWeights weights);

  /** A layer whose bias is left out in front of a norm: most subtract the mean, all have a beta. */
  interface Biased extends LayerSpec {
    boolean bias();

    Biased withoutBias();
  }

  /**
   * See {@link Conv2d}.
   *
   * @param standardized whether its weights are
   */
  record Conv(
      String name,
      Shape input,
      int channels,
      Windows windows,
      boolean bias,
      boolean standardized,
      boolean inputGradient)
      implements Biased {
    @Override
    public Shape output() {
      return windows.over(input, channels, name, "kernel");
    }

    @Override
    public Conv withoutBias() {
      return new Conv(name, input, channels, windows, false, standardized, inputGradient);
    }

    /**
     * The same with standardized weights.
     *
     * @throws IllegalArgumentException if a kernel has one weight
     */
    Conv withStandardizedWeights() {
      WeightStandardization.check(name, input.channels() * windows.size() * windows.size());
      return new Conv(name, input, channels, windows, bias, true, inputGradient);
    }

    @Override
    public Layer build(NormFactory norms, InitialWeights weights) {
      Conv2d layer =
          new Conv2d(
              name,
              input,
              channels,
              windows.size(),
              windows.stride(),
              windows.pad(),
              bias,
              standardized,
              inputGradient,
              norms.precision());
      weights.fill(layer.parameters(), layer.fanIn());
      return layer;
    }
  }

  /**
   * See {@link Dense}.
   *
   * @param logits whether it is the network's last layer, see {@link Dense#ofLogits}
   */
  record FullyConnected(
      String name, Shape input, int outputs, boolean bias, boolean inputGradient, boolean logits)
      implements Biased {
    @Override
    public Shape output() {
      return Shape.features(outputs);
    }

    @Override
    public FullyConnected withoutBias() {
      return new FullyConnected(name, input, outputs, false, inputGradient, logits);
    }

    FullyConnected withLogits() {
      return new FullyConnected(name, input, outputs, bias, inputGradient, true);
    }

    @Override
    public Layer build(NormFactory norms, InitialWeights weights) {
      Precision precision = norms.precision();
      Dense layer =
          logits
              ? Dense.ofLogits(name, input, outputs, bias, inputGradient, precision)
              : new Dense(name, input, outputs, bias, inputGradient, precision);
      weights.fill(layer.parameters(), layer.fanIn());
      return layer;
    }
  }

  /** A norm; gamma is 1 and beta 0 at first. */
  record Norm(String name, Shape output, boolean relu) implements LayerSpec {
    @Override
    public Norm rectified() {
      return new Norm(name, output, true);
    }

    @Override
    public Layer build(NormFactory norms, InitialWeights weights) {
      return norms.create(name, output, relu);
    }
  }

  /** See {@link Relu}. */
  record Rectifier(String name, Shape output) implements LayerSpec {
    @Override
    public Layer build(NormFactory norms, InitialWeights weights) {
      return new Relu(name, output, norms.precision());
    }
  }

  /** See {@link MaxPool2d}. */
  record MaxPool(String name, Shape input, int size) implements LayerSpec {
    @Override
    public Shape output() {
      return new Windows(size, size, 0).over(input, input.channels(), name, "window");
    }

    @Override
    public Layer build(NormFactory norms, InitialWeights weights) {
      return new MaxPool2d(name, input, size, norms.precision());
    }
  }

  /** See {@link GlobalAveragePool}. */
  record AveragePool(String name, Shape input) implements LayerSpec {
    @Override
    public Shape output() {
      return Shape.features(input.channels());
    }

    @Override
    public Layer build(NormFactory norms, InitialWeights weights) {
      return new GlobalAveragePool(name, input, norms.precision());
    }
  }

  /** See {@link Residual}. */
  record ResidualBlock(String name, List<LayerSpec> body, List<LayerSpec> shortcut)
      implements LayerSpec {
    @Override
    public Shape output() {
      return body.get(body.size() - 1).output();
    }

    @Override
    public List<LayerSpec> parts() {
      return Stream.concat(body.stream(), shortcut.stream()).toList();
    }

    /** The norm at the end of the body adds the shortcut before its ReLU. */
    @Override
    public @Nullable ResidualBlock rectified() {
      LayerSpec last = body.get(body.size() - 1).rectified();
      if (last == null) {
        return null;
      }
      List<LayerSpec> others = body.subList(0, body.size() - 1);
      return new ResidualBlock(
          name, Stream.concat(others.stream(), Stream.of(last)).toList(), shortcut);
    }

    @Override
    public Layer build(NormFactory norms, InitialWeights weights) {
      return new Residual(name, all(body, norms, weights), all(shortcut, norms, weights));
    }

    private static List<Layer> all(
        List<LayerSpec> specs, NormFactory norms, InitialWeights weights) {
      return specs.stream().map(spec -> spec.build(norms, weights)).toList();
    }
  }

  /** See {@link PaddedShortcut}. */
  record Padding(String name, Shape input, int channels, int stride) implements LayerSpec {
    @Override
    public Shape output() {
      return PaddedShortcut.output(name, input, channels, stride);
    }

    @Override
    public Layer build(NormFactory norms, InitialWeights weights) {
      return new PaddedShortcut(name, input, channels, stride, norms.precision());
    }
  }
}
