package org.lockstep.nn.norm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@Timeout(30)
class EvoNormTest {
  private static final Pass TRAINING = Pass.training(0);
  private static final GroupNormConfig DOUBLE =
      GroupNormConfig.of(2).withRelu(true).withPrecision(Precision.FLOAT64);

  /** The channels' deviations are 2 and 0.5; no mean is subtracted from what they divide. */
  private static final INDArray X = Nd4j.createFromArray(1.0, 3, 5, 4).reshape(1, 2, 1, 2);

  @Test
  void forward_withTheActivation_isTheFormula() {
    try (EvoNorm layer = new EvoNorm("evo", 2, DOUBLE)) {
      assertThat(layer.parameters())
          .extracting(Parameter::name)
          .containsExactly("evo.weight", "evo.bias", "evo.v");
      Elements.of(layer.parameters().get(2).value()).put(0, new double[] {0.5, -1}, 2);
      double[] expected = {
        1 * sigmoid(0.5) / 2, 3 * sigmoid(-3) / 0.5, 5 * sigmoid(2.5) / 2, 4 * sigmoid(-4) / 0.5
      };
      assertThat(Batches.values(layer.forward(X, TRAINING)))
          .containsExactly(expected, within(1e-4));
    }
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  @Test
  void forward_withoutTheActivation_onlyDivides() {
    try (EvoNorm layer = new EvoNorm("evo", 2, DOUBLE.withRelu(false))) {
      assertThat(layer.parameters()).hasSize(2);
      assertThat(Batches.values(layer.forward(X, TRAINING)))
          .containsExactly(new double[] {1 / 2.0, 3 / 0.5, 5 / 2.0, 4 / 0.5}, within(1e-3));
    }
  }

  @Test
  void step_withAnAddend_isThatOfTheSum() {
    INDArray addend = Nd4j.createFromArray(0.5, -1, 2, 7).reshape(1, 2, 1, 2);
    try (EvoNorm layer = new EvoNorm("evo", 2, DOUBLE)) {
      double[] y = Batches.values(layer.forward(X.add(addend), TRAINING));
      double[] dx = Batches.values(layer.backward(X));
      assertThat(Batches.values(layer.forward(X, addend, TRAINING))).containsExactly(y);
      assertThat(Batches.values(layer.backward(X))).containsExactly(dx);
      assertThat(Batches.values(layer.addendGradient())).containsExactly(dx);
    }
  }
}
