package org.lockstep.models;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.Shape;
import org.lockstep.nn.layers.Windows;
import org.lockstep.nn.norm.NormSpec;

/**
 * States a network layer by layer, each fitting the output of the one before: {@code
 * network.conv(16, 3, 1, 1).norm().relu().maxPool(2).dense(classes)}. Layers are named by kind and
 * number: conv1, norm1, relu1, pool1, fc1, and so on. A convolution or dense layer has a bias
 * unless a norm follows it; a ReLU behind a norm, or a block that ends with one, becomes part of
 * the norm layer. Every error comes when the layer is stated; nothing is allocated yet.
 */
public final class NetworkBuilder {
  private final NormSpec norm;
  private final String prefix;
  private final boolean first;
  private final List<LayerSpec> layers = new ArrayList<>();
  private final Map<String, Integer> counts = new HashMap<>();
  private Shape shape;

  NetworkBuilder(Shape image, NormSpec norm) {
    this(image, norm, "", true);
  }

  /**
   * @param prefix of the layers' names
   * @param first whether nobody needs the gradient of what goes in
   */
  private NetworkBuilder(Shape shape, NormSpec norm, String prefix, boolean first) {
    this.shape = shape;
    this.norm = norm;
    this.prefix = prefix;
    this.first = first;
  }

  /** A convolution with stride 1 and without padding. */
  public NetworkBuilder conv(int channels, int kernel) {
    return conv(channels, kernel, 1, 0);
  }

  /**
   * A convolution.
   *
   * @param channels of its output
   * @param kernel rows and columns of a kernel
   * @param stride rows or columns from one window to the next
   * @param pad rows and columns of zeros on each side
   * @throws IllegalArgumentException if the kernel is larger than the padded image
   */
  public NetworkBuilder conv(int channels, int kernel, int stride, int pad) {
    Windows windows = new Windows(kernel, stride, pad);
    return add(
        new LayerSpec.Conv(name("conv"), shape, channels, windows, true, false, inputGradient()));
  }

  /**
   * The norm that the run asks for; none at all if it asks for none. A convolution right in front
   * of it gets standardized weights if the run asks for those.
   *
   * @throws IllegalArgumentException if its groups do not divide the channels, or a kernel of one
   *     weight would be standardized
   */
  public NetworkBuilder norm() {
    if (norm.kind() == NormSpec.Kind.NONE) {
      return this;
    }
    String name = name("norm");
    norm.check(name, shape.channels());
    if (last() instanceof LayerSpec.Biased biased) {
      replaceLast(biased.withoutBias());
    }
    if (norm.standardizedWeights() && last() instanceof LayerSpec.Conv conv) {
      replaceLast(conv.withStandardizedWeights());
    }
    return add(new LayerSpec.Norm(name, shape, false));
  }

  /** max(x, 0). */
  public NetworkBuilder relu() {
    LayerSpec before = last();
    LayerSpec rectified = before == null ? null : before.rectified();
    if (rectified != null) {
      replaceLast(rectified);
      return this;
    }
    return add(new LayerSpec.Rectifier(name("relu"), shape));
  }

  /**
   * The largest value of each window; the stride is the size of the window.
   *
   * @throws IllegalArgumentException if the window is larger than the image
   */
  public NetworkBuilder maxPool(int size) {
    return add(new LayerSpec.MaxPool(name("pool"), shape, size));
  }

  /** The mean of each channel over the image. */
  public NetworkBuilder globalAveragePool() {
    return add(new LayerSpec.AveragePool(name("pool"), shape));
  }

  /** A fully connected layer; it takes an image as C, H, W. */
  public NetworkBuilder dense(int outputs) {
    return dense(name("fc"), outputs);
  }

  /** The same under a name of its own. */
  public NetworkBuilder dense(String name, int outputs) {
    return add(new LayerSpec.FullyConnected(name, shape, outputs, true, inputGradient(), false));
  }

  /**
   * A residual block of two 3x3 convolutions with norms, up to the sum; a ReLU belongs behind it.
   * Its layers are named {@code blocks.0.conv1} and so on, counted from 0. Where the shape stays as
   * it is the shortcut is the identity.
   *
   * @param stride of the first convolution
   * @param changed the shortcut where the shape changes
   * @throws IllegalArgumentException if the norm or the shortcut does not fit the channels
   */
  public NetworkBuilder residual(int channels, int stride, Shortcut changed) {
    String name = prefix + "blocks." + (counts.merge("blocks", 1, Integer::sum) - 1);
    NetworkBuilder body = part(name);
    body.conv(channels, 3, stride, 1).norm().relu().conv(channels, 3, 1, 1).norm();
    NetworkBuilder shortcut = part(name + ".shortcut");
    if (!body.shape.equals(shape)) {
      switch (changed) {
        case PADDED ->
            shortcut.add(new LayerSpec.Padding(name + ".shortcut", shape, channels, stride));
        case PROJECTED -> shortcut.conv(channels, 1, stride, 0).norm();
      }
    }
    return add(new LayerSpec.ResidualBlock(name, body.layers(), shortcut.layers()));
  }

  private NetworkBuilder part(String name) {
    return new NetworkBuilder(shape, norm, name + ".", first && layers.isEmpty());
  }

  private boolean inputGradient() {
    return !(first && layers.isEmpty());
  }

  /** The shape of a sample behind the layers stated so far. */
  public Shape shape() {
    return shape;
  }

  List<LayerSpec> layers() {
    return List.copyOf(layers);
  }

  /** The layers of a whole network, the last of which yields its logits. */
  List<LayerSpec> network() {
    if (last() instanceof LayerSpec.FullyConnected dense) {
      replaceLast(dense.withLogits());
    }
    return layers();
  }

  private String name(String kind) {
    return prefix + kind + counts.merge(kind, 1, Integer::sum);
  }

  private @Nullable LayerSpec last() {
    return layers.isEmpty() ? null : layers.get(layers.size() - 1);
  }

  private void replaceLast(LayerSpec layer) {
    layers.set(layers.size() - 1, layer);
  }

  private NetworkBuilder add(LayerSpec layer) {
    shape = layer.output();
    layers.add(layer);
    return this;
  }
}
