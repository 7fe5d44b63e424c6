package org.lockstep.onnx;

import static org.lockstep.onnx.OnnxGraph.attribute;

import java.util.Arrays;
import java.util.List;
import onnx.Onnx.AttributeProto;
import org.jspecify.annotations.Nullable;
import org.lockstep.models.LayerSpec;
import org.lockstep.models.LayerSpec.Biased;
import org.lockstep.models.LayerSpec.Conv;
import org.lockstep.models.LayerSpec.FullyConnected;
import org.lockstep.models.LayerSpec.MaxPool;
import org.lockstep.models.LayerSpec.Norm;
import org.lockstep.models.LayerSpec.Padding;
import org.lockstep.models.LayerSpec.ResidualBlock;
import org.lockstep.models.Network;
import org.lockstep.nn.Shape;
import org.lockstep.nn.layers.WeightStandardization;
import org.lockstep.nn.norm.NormSpec;

/**
 * Writes layers as nodes of a graph, under the layers' own names, over values {@code [N, C, H, W]},
 * and {@code [N, C]} behind a dense layer or an average over the image. For one thread.
 */
final class LayerNodes {
  private final OnnxGraph graph;
  private final NetworkValues values;
  private final NormSpec norm;
  private final double eps;
  private final boolean fold;

  /** Whether values have only channels by now. */
  private boolean flat;

  /**
   * @param fold whether a batch normalization goes into the convolution or dense layer before it
   */
  LayerNodes(OnnxGraph graph, Network network, boolean fold) {
    this.graph = graph;
    values = new NetworkValues(network);
    norm = network.norms().spec();
    eps = network.norms().eps();
    this.fold = fold;
  }

  /**
   * Adds layers, one after the other.
   *
   * @param addend what is added to the output of the last one, before its ReLU
   * @return the name of the output
   * @throws IllegalArgumentException in one sentence, for a layer that is not known here
   */
  String chain(List<LayerSpec> layers, String x, @Nullable String addend) {
    String y = x;
    for (int i = 0; i < layers.size(); i++) {
      LayerSpec layer = layers.get(i);
      LayerSpec next = i + 1 < layers.size() ? layers.get(i + 1) : null;
      boolean folded = fold && i > 0 && layers.get(i - 1) instanceof Biased;
      y = folded && layer instanceof Norm ? y : nodes(layer, y, next);
      if (addend != null && next == null) {
        y = graph.node("Add", layer.name() + ".sum", List.of(y, addend));
      }
      if (layer instanceof Norm here && here.relu()) {
        y = graph.node("Relu", layer.name() + ".relu", List.of(y));
      }
    }
    return y;
  }

  private String nodes(LayerSpec layer, String x, @Nullable LayerSpec next) {
    String name = layer.name();
    if (layer instanceof Conv conv) {
      return convolution(conv, x, weights(conv, next));
    } else if (layer instanceof FullyConnected dense) {
      return dense(dense, x, weights(dense, next));
    } else if (layer instanceof Norm) {
      return norm(name, layer.output(), x);
    } else if (layer instanceof ResidualBlock block) {
      return chain(block.body(), x, chain(block.shortcut(), x, null));
    } else if (layer instanceof Padding padding) {
      return paddedShortcut(padding, x);
    } else if (layer instanceof MaxPool pool) {
      return graph.node(
          "MaxPool",
          name,
          List.of(x),
          both("kernel_shape", pool.size()),
          both("strides", pool.size()));
    } else if (layer instanceof LayerSpec.AveragePool) {
      return flattened(name, graph.node("GlobalAveragePool", name + ".mean", List.of(x)));
    } else if (layer instanceof LayerSpec.Rectifier) {
      return graph.node("Relu", name, List.of(x));
    }
    throw unknown(name, layer.getClass().getSimpleName());
  }

  private static IllegalArgumentException unknown(String layer, Object what) {
    return new IllegalArgumentException(
        layer + ": expected a layer that can be written as ONNX, found " + what);
  }

  private static AttributeProto both(String name, long size) {
    return attribute(name, size, size);
  }

  private Weights weights(Biased layer, @Nullable LayerSpec next) {
    String name = layer.name();
    double[] bias =
        layer.bias() ? values.parameter(name + ".bias") : new double[layer.output().channels()];
    double[] weight = values.parameter(name + ".weight");
    if (layer instanceof Conv conv && conv.standardized()) {
      weight = WeightStandardization.standardized(weight, weight.length / conv.channels());
    }
    Weights own = new Weights(weight, bias);
    return fold && next instanceof Norm behind ? own.then(scale(behind.name())) : own;
  }

  private ChannelScale scale(String norm) {
    return ChannelScale.of(
        values.parameter(norm + ".weight"),
        values.parameter(norm + ".bias"),
        values.buffer(norm + ".running_mean"),
        values.buffer(norm + ".running_var"),
        eps);
  }

  private String convolution(Conv layer, String x, Weights weights) {
    long size = layer.windows().size();
    long pad = layer.windows().pad();
    return graph.node(
        "Conv",
        layer.name(),
        inputs(layer.name(), x, weights),
        both("kernel_shape", size),
        both("strides", layer.windows().stride()),
        attribute("pads", pad, pad, pad, pad));
  }

  private String dense(FullyConnected layer, String x, Weights weights) {
    String vector = flat ? x : flattened(layer.name() + ".input", x);
    List<String> inputs = inputs(layer.name(), vector, weights);
    return graph.node("Gemm", layer.name(), inputs, attribute("transB", true));
  }

  private List<String> inputs(String layer, String x, Weights weights) {
    String weight = layer + ".weight";
    return List.of(
        x,
        graph.constant(weight, weights.weight(), values.shape(weight)),
        graph.constant(layer + ".bias", weights.bias(), weights.bias().length));
  }

  private String flattened(String name, String x) {
    flat = true;
    return graph.node("Flatten", name, List.of(x));
  }

  private String norm(String name, Shape shape, String x) {
    return switch (norm.kind()) {
      case LOCAL, SYNC, RENORM -> batchNorm(name, x);
      case GROUP -> groupNorm(name, shape, norm.size(), x);
      case LAYER -> groupNorm(name, shape, 1, x);
      case INSTANCE -> groupNorm(name, shape, shape.channels(), x);
      default -> throw unknown(name, "norm " + norm);
    };
  }

  private String batchNorm(String name, String x) {
    String mean = name + ".running_mean";
    String variance = name + ".running_var";
    return graph.node(
        "BatchNormalization",
        name,
        List.of(
            x,
            perChannel(name + ".weight"),
            perChannel(name + ".bias"),
            graph.constant(mean, values.buffer(mean), values.buffer(mean).length),
            graph.constant(variance, values.buffer(variance), values.buffer(variance).length)),
        attribute("epsilon", eps));
  }

  private String perChannel(String parameter) {
    return graph.constant(parameter, values.parameter(parameter), values.shape(parameter));
  }

  /** ONNX has group normalization from opset 21 on only; every opset normalizes instances. */
  private String groupNorm(String name, Shape shape, int groups, String x) {
    double[] ones = new double[groups];
    Arrays.fill(ones, 1);
    String grouped =
        graph.node(
            "Reshape", name + ".grouped", List.of(x, graph.sizes(name + ".groups", 0, groups, -1)));
    String normalized =
        graph.node(
            "InstanceNormalization",
            name + ".normalized",
            List.of(
                grouped,
                graph.constant(name + ".ones", ones, groups),
                graph.constant(name + ".zeros", new double[groups], groups)),
            attribute("epsilon", eps));
    long channels = shape.channels();
    long[] sizes =
        flat ? new long[] {0, channels} : new long[] {0, channels, shape.height(), shape.width()};
    long[] perChannel = flat ? new long[] {channels} : new long[] {channels, 1, 1};
    String xhat =
        graph.node(
            "Reshape", name + ".xhat", List.of(normalized, graph.sizes(name + ".shape", sizes)));
    String gamma = graph.constant(name + ".weight", values.parameter(name + ".weight"), perChannel);
    String beta = graph.constant(name + ".bias", values.parameter(name + ".bias"), perChannel);
    String scaled = graph.node("Mul", name + ".scaled", List.of(xhat, gamma));
    return graph.node("Add", name, List.of(scaled, beta));
  }

  private String paddedShortcut(Padding layer, String x) {
    String name = layer.name();
    String some =
        graph.node(
            "Slice",
            name + ".some",
            List.of(
                x,
                graph.sizes(name + ".starts", 0, 0),
                graph.sizes(name + ".ends", Long.MAX_VALUE, Long.MAX_VALUE),
                graph.sizes(name + ".axes", 2, 3),
                graph.sizes(name + ".steps", layer.stride(), layer.stride())));
    int added = layer.channels() - layer.input().channels();
    int before = added / 2;
    String pads = graph.sizes(name + ".pads", 0, before, 0, 0, 0, added - before, 0, 0);
    return graph.node("Pad", name, List.of(some, pads));
  }
}
