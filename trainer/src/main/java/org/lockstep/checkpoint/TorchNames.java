package org.lockstep.checkpoint;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lockstep.models.LayerSpec;
import org.lockstep.models.Network;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormSpec;

/**
 * What layers are called in PyTorch. Ours and theirs:
 *
 * <pre>
 *   conv1, fc1                  conv1, fc1
 *   norm1                       bn1, if it is a batch norm
 *   blocks.3.conv1              layer2.0.conv1: all blocks of one output shape are a layer
 *   blocks.3.shortcut.conv1     layer2.0.shortcut.0
 *   blocks.3.shortcut.norm1     layer2.0.shortcut.1
 *   fc                          linear
 * </pre>
 *
 * The names of residual networks are those of the two that are used most for small images,
 * akamaster's pytorch_resnet_cifar10 and kuangliu's pytorch-cifar.
 */
final class TorchNames {
  private final Map<String, String> layers = new HashMap<>();
  private final Map<String, double[]> buffers;
  private @Nullable Shape stage;
  private int stages;
  private int blocksInStage;

  /**
   * @throws IllegalArgumentException if two layers would be of one name, or if PyTorch has no layer
   *     that computes what the network's norm does
   */
  TorchNames(Network network) {
    requireKnown(network.norms().spec());
    buffers = network.buffers();
    network.plan().forEach(this::add);
  }

  private static void requireKnown(NormSpec norm) {
    boolean known =
        switch (norm.kind()) {
          case NONE, LOCAL, SYNC, GROUP, LAYER, INSTANCE, RENORM -> !norm.standardizedWeights();
          case FRN, EVONORM -> false;
        };
    if (!known) {
      throw new IllegalArgumentException(
          "norm "
              + norm
              + ": expected one that PyTorch's layers compute, as sync or group; these weights would"
              + " fit a network there that computes something else");
    }
  }

  private void add(LayerSpec layer) {
    if (layer instanceof LayerSpec.ResidualBlock block) {
      addBlock(block);
    } else {
      put(layer, layer.name().equals("fc") ? "linear" : named(layer, layer.name()));
    }
  }

  private void addBlock(LayerSpec.ResidualBlock block) {
    if (!block.output().equals(stage)) {
      stage = block.output();
      stages++;
      blocksInStage = 0;
    }
    String name = "layer" + stages + "." + blocksInStage++;
    for (LayerSpec layer : block.body()) {
      put(layer, name + "." + named(layer, layer.name().substring(block.name().length() + 1)));
    }
    List<LayerSpec> shortcut = block.shortcut();
    for (int i = 0; i < shortcut.size(); i++) {
      put(shortcut.get(i), name + ".shortcut." + i);
    }
  }

  private String named(LayerSpec layer, String name) {
    boolean batchNorm = buffers.containsKey(layer.name() + ".running_mean");
    return batchNorm ? name.replaceFirst("^norm", "bn") : name;
  }

  private void put(LayerSpec layer, String name) {
    if (layers.containsValue(name)) {
      throw new IllegalArgumentException(
          layer.name() + ": expected a name of its own in PyTorch, found " + name + " twice");
    }
    layers.put(layer.name(), name);
  }

  /** The name of a parameter or buffer. */
  String of(String name) {
    int dot = name.lastIndexOf('.');
    return Objects.requireNonNull(layers.get(name.substring(0, dot)), name) + name.substring(dot);
  }
}
