package org.lockstep.models;

import java.util.List;

/**
 * A residual network for small images (He et al. 2016, "Deep Residual Learning for Image
 * Recognition", section 4.2): a 3x3 convolution, stages of residual blocks of two 3x3 convolutions
 * each, global average pooling, a dense layer. Every stage but the first halves height and width in
 * its first block. With n blocks a stage and three stages it has 6n + 2 layers with weights.
 *
 * @param widths the channels of each stage
 * @param blocksPerStage at least 1
 * @param shortcut where a block changes the shape
 */
public record ResNet(List<Integer> widths, int blocksPerStage, Shortcut shortcut) implements Model {
  public ResNet {
    widths = List.copyOf(widths);
    if (widths.isEmpty() || blocksPerStage < 1) {
      throw new IllegalArgumentException(
          "expected at least one stage of at least one block, found "
              + widths.size()
              + " of "
              + blocksPerStage);
    }
  }

  /** As for CIFAR-10 in the paper: with shortcuts that have no parameters. */
  public ResNet(List<Integer> widths, int blocksPerStage) {
    this(widths, blocksPerStage, Shortcut.PADDED);
  }

  @Override
  public NetworkBuilder define(NetworkBuilder network, int classes) {
    network.conv(widths.get(0), 3, 1, 1).norm().relu();
    for (int stage = 0; stage < widths.size(); stage++) {
      for (int block = 0; block < blocksPerStage; block++) {
        int stride = stage > 0 && block == 0 ? 2 : 1;
        network.residual(widths.get(stage), stride, shortcut).relu();
      }
    }
    return network.globalAveragePool().dense("fc", classes);
  }
}
