package org.lockstep.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WeightsTest {
  @Test
  void then_ofALayerWithBias_scalesItToo() {
    Weights layer = new Weights(new double[] {1, 2, 3, 4}, new double[] {5, 6});
    ChannelScale norm =
        ChannelScale.of(
            new double[] {4, 9}, // gamma / √(var + eps) = 2 and 3
            new double[] {0.5, 1},
            new double[] {1, -2},
            new double[] {3, 8},
            1);

    Weights folded = layer.then(norm);

    assertThat(folded.weight()).containsExactly(2, 4, 9, 12);
    assertThat(folded.bias()).containsExactly(2 * (5 - 1) + 0.5, 3 * (6 + 2) + 1);
  }
}
