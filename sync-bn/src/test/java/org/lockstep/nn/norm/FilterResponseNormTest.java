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
class FilterResponseNormTest {
  private static final Pass TRAINING = Pass.training(0);
  private static final FilterResponseNormConfig DEFAULT = FilterResponseNormConfig.DEFAULT;
  private static final FilterResponseNormConfig DOUBLE = DEFAULT.withPrecision(Precision.FLOAT64);

  /** ν² of 3 and -4 is 12.5, of 0 and 0 it is nothing; eps is too little to see. */
  @Test
  void forward_ofOneSample_dividesByTheRootOfTheMeanOfSquares() {
    try (FilterResponseNorm layer = new FilterResponseNorm("frn", 2, DOUBLE.withTlu(false))) {
      INDArray x = Nd4j.createFromArray(3.0, 0.0, -4.0, 0.0).reshape(1, 2, 1, 2);
      double unit = Math.sqrt(12.5);
      assertThat(Batches.values(layer.forward(x, TRAINING)))
          .containsExactly(new double[] {3 / unit, 0, -4 / unit, 0}, within(1e-6));
    }
  }

  @Test
  void forward_withThreshold_neverFallsBelowTau() {
    try (FilterResponseNorm layer = new FilterResponseNorm("frn", 2, DOUBLE)) {
      Elements.of(layer.parameters().get(2).value()).put(0, new double[] {-0.5, 0.25}, 2);
      INDArray x = Nd4j.createFromArray(-1.0, -1.0, -1.0, 1.0).reshape(1, 2, 1, 2);
      assertThat(Batches.values(layer.forward(x, TRAINING)))
          .containsExactly(new double[] {-0.5, 0.25, -0.5, 1}, within(1e-6));
    }
  }

  /** Of one value a channel, x / sqrt(x² + 1e-6 + ε) with ε 0.36 - 1e-6 is 0.8 / 1. */
  @Test
  void forward_ofVectorsWithATrainedEps_isSmooth() {
    try (FilterResponseNorm layer = new FilterResponseNorm("frn", 1, DOUBLE.withLearnedEps(true))) {
      assertThat(layer.parameters())
          .extracting(Parameter::name)
          .containsExactly("frn.weight", "frn.bias", "frn.tau", "frn.eps");
      Elements eps = Elements.of(layer.parameters().get(3).value());
      assertThat(eps.toArray()).containsExactly(FilterResponseNormConfig.INITIAL_EPS);
      eps.put(0, new double[] {1e-6 - 0.36}, 1);
      INDArray x = Nd4j.createFromArray(0.8).reshape(1, 1);
      assertThat(Batches.values(layer.forward(x, TRAINING)))
          .containsExactly(new double[] {0.8}, within(1e-12));
    }
  }
}
