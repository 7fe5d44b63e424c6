package org.lockstep.optim;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lockstep.nn.Elements;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

class SgdTest {
  private final Random random = new Random(7);

  @ParameterizedTest
  @CsvSource({
    "0, 0, false",
    "0, 0.1, false",
    "0.9, 0, false",
    "0.9, 0.01, false",
    "0.9, 0.01, true"
  })
  void step_severalTimes_followsTheRuleInDouble(double mu, double decay, boolean nesterov) {
    int size = 2 * 2048 + 17; // several blocks, the last one not full
    Parameter parameter = parameter("conv1.weight", size);
    double[] p = fill(parameter.value());
    double[] v = new double[size];
    Sgd sgd = new Sgd(List.of(parameter), mu, decay, nesterov);
    for (double rate : new double[] {0.1, 0.05, 0.2, 0.01}) {
      double[] gradient = fill(parameter.gradient());
      for (int i = 0; i < size; i++) {
        double g = gradient[i] + decay * p[i];
        v[i] = mu * v[i] + g;
        p[i] -= rate * (nesterov ? g + mu * v[i] : v[i]);
      }
      sgd.step(rate);
    }
    float[] velocity = requireNonNull(sgd.state().get("conv1.weight"));
    assertThat(largestDifference(parameter.value().toFloatVector(), p)).isLessThan(1e-5);
    assertThat(largestDifference(velocity, v)).isLessThan(1e-5);
  }

  @ParameterizedTest
  @CsvSource({"0, 0, false", "0.9, 0.01, false", "0.9, 0.01, true"})
  void step_inFloat64_followsTheRuleToTheLastDigits(double mu, double decay, boolean nesterov) {
    Parameter parameter = parameter("conv1.weight", 3, Precision.FLOAT64);
    Elements values = Elements.of(parameter.value());
    double[] p = {1, -2, 1 / 3.0};
    double[] gradient = {0.1, 0.2, -0.7};
    values.put(0, p, 3);
    Elements.of(parameter.gradient()).put(0, gradient, 3);
    Sgd sgd = new Sgd(List.of(parameter), mu, decay, nesterov);
    double[] v = new double[3];
    for (double rate : new double[] {0.1, 0.05, 0.2}) {
      for (int i = 0; i < 3; i++) {
        double g = gradient[i] + decay * p[i];
        v[i] = mu * v[i] + g;
        p[i] -= rate * (nesterov ? g + mu * v[i] : v[i]);
      }
      sgd.step(rate);
    }
    assertThat(values.toArray()).containsExactly(p, within(1e-15));
  }

  @Test
  void state_inFloat64_isRefused() {
    Parameter parameter = parameter("conv1.weight", 3, Precision.FLOAT64);
    Sgd sgd = new Sgd(List.of(parameter), 0.9, 0, false);
    assertThatThrownBy(sgd::state)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("found 1 float64 parameters; train in float32");
  }

  @Test
  void step_ofSeveralParameters_updatesEachByItsOwnGradient() {
    List<Parameter> parameters =
        List.of(
            parameter("conv1.weight", 4), parameter("norm1.weight", 2), parameter("fc1.bias", 3));
    for (int k = 0; k < parameters.size(); k++) {
      parameters.get(k).gradient().assign(k + 1);
    }
    new Sgd(parameters, 0.9, 0, false).step(0.5);
    for (int k = 0; k < parameters.size(); k++) {
      assertThat(parameters.get(k).value().toFloatVector()).containsOnly(-0.5f * (k + 1));
    }
  }

  @Test
  void state_writtenIntoAnotherOptimizer_goesOnAsTheFirst() {
    Parameter first = parameter("w", 5);
    Parameter second = parameter("w", 5);
    Sgd sgd = new Sgd(List.of(first), 0.9, 0.01, true);
    fill(first.gradient());
    sgd.step(0.1);
    second.value().assign(first.value());
    second.gradient().assign(first.gradient());
    Sgd resumed = new Sgd(List.of(second), 0.9, 0.01, true);
    System.arraycopy(sgd.state().get("w"), 0, resumed.state().get("w"), 0, 5);
    sgd.step(0.1);
    resumed.step(0.1);
    assertThat(second.value().toFloatVector()).containsExactly(first.value().toFloatVector());
  }

  private static Parameter parameter(String name, int size) {
    return parameter(name, size, Precision.FLOAT32);
  }

  private static Parameter parameter(String name, int size, Precision precision) {
    return new Parameter(name, precision.allocate(size), precision.allocate(size), false);
  }

  private double[] fill(INDArray array) {
    float[] values = new float[(int) array.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    HostMemory.floats(array).put(values);
    return doubles(values);
  }

  private static double largestDifference(float[] found, double[] expected) {
    return IntStream.range(0, expected.length)
        .mapToDouble(i -> Math.abs(found[i] - expected[i]))
        .max()
        .orElseThrow();
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }
}
