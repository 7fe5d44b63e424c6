package org.lockstep.nn.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lockstep.nn.Precision.FLOAT32;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

@Timeout(60)
class WeightedLayerTest {
  private static final Shape IN = new Shape(6, 5, 3);

  static Stream<Supplier<WeightedLayer>> layers() {
    return Stream.of(
        () -> new Conv2d("conv", IN, 20, 3, 2, 1, true, true, FLOAT32),
        () -> new Conv2d("conv", IN, 20, 3, 2, 1, true, true, true, FLOAT32),
        () -> new Dense("fc", IN, 17, true, true, FLOAT32));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void parameters_areNamedAndZero(Supplier<WeightedLayer> make) {
    try (WeightedLayer layer = make.get()) {
      assertThat(layer.parameters())
          .extracting(Parameter::name)
          .containsExactly(layer.name() + ".weight", layer.name() + ".bias");
      assertThat(layer.parameters()).allMatch(p -> p.value().sumNumber().doubleValue() == 0);
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void passes_whenTheBatchSizeGoesBackAndForth_areBitIdenticalToFreshOnes(
      Supplier<WeightedLayer> make) {
    try (WeightedLayer layer = initialized(make)) {
      for (int n : new int[] {2, 5, 0, 2, 1, 5, 2}) {
        try (WeightedLayer fresh = initialized(make)) {
          assertThat(pass(layer, n)).isEqualTo(pass(fresh, n));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void backward_ofEmptyShard_setsGradientsToZero(Supplier<WeightedLayer> make) {
    try (WeightedLayer layer = initialized(make)) {
      pass(layer, 2);
      INDArray x = Oracle.array(new double[0], 0, 6, 5, 3);
      INDArray y = layer.forward(x, Pass.training(1));
      assertThat(y.isEmpty()).isTrue();
      assertThat(y.size(0)).isZero();
      assertThat(y.size(y.rank() - 1)).isEqualTo(layer.outputShape().channels());
      assertThat(layer.backward(y).shape()).containsExactly(0, 6, 5, 3);
      for (Parameter parameter : layer.parameters()) {
        assertThat(Oracle.values(parameter.gradient())).containsOnly(0f);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void passes_afterValuesChanged_useTheNewOnes(Supplier<WeightedLayer> make) {
    try (WeightedLayer layer = make.get()) {
      INDArray x = Oracle.array(Oracle.random(3, 2L * IN.size()), 2, 6, 5, 3);
      assertThat(Oracle.values(layer.forward(x, Pass.evaluation(0)))).containsOnly(0f);
      initialize(layer);
      float[] evaluated = Oracle.values(layer.forward(x, Pass.evaluation(0)));
      try (WeightedLayer fresh = initialized(make)) {
        assertThat(evaluated).isEqualTo(Oracle.values(fresh.forward(x, Pass.training(0))));
        assertThat(pass(layer, 2)).isEqualTo(pass(fresh, 2));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void passes_onOtherArraysThanBefore_readThose(Supplier<WeightedLayer> make) {
    try (WeightedLayer layer = initialized(make)) {
      List<List<Integer>> first = pass(layer, 2);
      INDArray zeros = Oracle.array(new double[2 * IN.size()], 2, 6, 5, 3);
      INDArray dy = layer.forward(zeros, Pass.training(1)).dup('c').assign(1);
      layer.backward(dy);
      assertThat(Oracle.values(layer.parameters().get(0).gradient())).containsOnly(0f);
      float perBias = (float) dy.length() / layer.outputShape().channels();
      assertThat(Oracle.values(layer.parameters().get(1).gradient())).containsOnly(perBias);
      assertThat(pass(layer, 2)).isEqualTo(first);
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void passes_onAnotherThreadThanTheOneThatMadeThePlan_areBitIdentical(Supplier<WeightedLayer> make)
      throws Exception {
    try (WeightedLayer layer = initialized(make)) {
      List<List<Integer>> here = pass(layer, 5);
      assertThat(onThreads(1, () -> pass(layer, 5)).get(0)).isEqualTo(here);
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void passes_ofRanksThatAreThreads_areBitIdentical(Supplier<WeightedLayer> make) throws Exception {
    Callable<List<List<Integer>>> rank =
        () -> {
          try (WeightedLayer layer = initialized(make)) {
            pass(layer, 5);
            return pass(layer, 2);
          }
        };
    assertThat(onThreads(4, rank)).containsOnly(rank.call());
  }

  @ParameterizedTest
  @MethodSource("layers")
  void backward_beforeAnyForward_isRefused(Supplier<WeightedLayer> make) {
    try (WeightedLayer layer = make.get()) {
      assertThatThrownBy(() -> layer.backward(Oracle.array(new double[1], 1, 1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("a backward pass follows a forward pass");
    }
  }

  @Test
  void close_freesTheParameters() {
    WeightedLayer layer = initialized(() -> new Dense("fc", IN, 17, true, true, FLOAT32));
    pass(layer, 2);
    layer.close();
    assertThat(layer.parameters()).allMatch(p -> p.value().wasClosed());
  }

  private static <T> List<T> onThreads(int threads, Callable<T> body) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<T> results = new ArrayList<>();
      for (var future : executor.invokeAll(Collections.nCopies(threads, body))) {
        results.add(future.get(30, TimeUnit.SECONDS));
      }
      return results;
    } finally {
      executor.shutdownNow();
    }
  }

  private static WeightedLayer initialized(Supplier<WeightedLayer> make) {
    WeightedLayer layer = make.get();
    initialize(layer);
    return layer;
  }

  private static void initialize(WeightedLayer layer) {
    for (Parameter parameter : layer.parameters()) {
      Oracle.fill(parameter.value(), Oracle.random(7, parameter.value().length()));
    }
  }

  /** Both passes on n samples: the bits of y, dx and the gradients. */
  private static List<List<Integer>> pass(WeightedLayer layer, int n) {
    double[] x = Oracle.random(n, (long) n * IN.size());
    INDArray y = layer.forward(Oracle.array(x, n, 6, 5, 3), Pass.training(0));
    double[] dy = Oracle.random(n + 1, n == 0 ? 0 : y.length());
    INDArray dx = layer.backward(Oracle.array(dy, y.shape()));
    List<List<Integer>> results = new ArrayList<>(List.of(bits(y), bits(dx)));
    layer.parameters().forEach(parameter -> results.add(bits(parameter.gradient())));
    return results;
  }

  private static List<Integer> bits(INDArray array) {
    float[] values = Oracle.values(array);
    return IntStream.range(0, values.length)
        .mapToObj(i -> Float.floatToRawIntBits(values[i]))
        .toList();
  }
}
