package org.lockstep.models;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormSpec;

class ModelsTest {
  private static final Shape IMAGE = new Shape(28, 28, 1);
  private static final int CLASSES = 10;

  static Stream<String> names() {
    return Models.NAMES.stream();
  }

  @ParameterizedTest
  @CsvSource({
    "small, 'conv1 norm1 conv2 norm2 conv3 norm3 conv4 norm4 pool1 fc1'",
    "small-dense, 'conv1 norm1 pool1 conv2 norm2 pool2 fc1 norm3 fc2'",
    "lenet-bn, 'conv1 norm1 pool1 conv2 norm2 pool2 fc1 relu1 fc2'",
    "resnet8, 'conv1 norm1 blocks.0 blocks.1 blocks.2 pool1 fc'"
  })
  void build_ofName_hasItsLayers(String model, String layers) {
    try (Network network = build(model, "local")) {
      assertThat(network.layers()).extracting(Layer::name).containsExactly(layers.split(" "));
    }
  }

  @Test
  void build_withoutNorm_keepsBiasesAndRelus() {
    try (Network network = build("small-dense", "none")) {
      assertThat(network.layers())
          .extracting(Layer::name)
          .containsExactly(
              "conv1", "relu1", "pool1", "conv2", "relu2", "pool2", "fc1", "relu3", "fc2");
      assertThat(shapes(network)).containsKeys("conv1.bias", "conv2.bias", "fc1.bias", "fc2.bias");
    }
  }

  @Test
  void build_ofLenet_hasPyTorchsNamesAndShapes() {
    Map<String, List<Long>> expected = new LinkedHashMap<>();
    expected.put("conv1.weight", List.of(20L, 1L, 5L, 5L));
    expected.put("norm1.weight", List.of(20L));
    expected.put("norm1.bias", List.of(20L));
    expected.put("conv2.weight", List.of(50L, 20L, 3L, 3L));
    expected.put("norm2.weight", List.of(50L));
    expected.put("norm2.bias", List.of(50L));
    expected.put("fc1.weight", List.of(128L, 50L * 5 * 5));
    expected.put("fc1.bias", List.of(128L));
    expected.put("fc2.weight", List.of(10L, 128L));
    expected.put("fc2.bias", List.of(10L));
    try (Network network = build("lenet-bn", "sync")) {
      assertThat(shapes(network)).containsExactlyEntriesOf(expected);
    }
  }

  @Test
  void parameters_ofSmall_areAsManyAsItsFormula() {
    int convolutions = 9 * (16 + 16 * 32 + 32 * 64 + 64 * 64);
    int norms = 2 * (16 + 32 + 64 + 64);
    int dense = 64 * CLASSES + CLASSES;
    try (Network network = build("small", "group:8")) {
      assertThat(network.parameters().stream().mapToLong(p -> p.value().length()).sum())
          .isEqualTo(convolutions + norms + dense);
    }
  }

  /** The ReLU behind a norm is the norm's own: tau; behind a dense layer eps is trained. */
  @Test
  void build_withFilterResponseNorm_hasItsParametersInPlaceOfRelus() {
    try (Network network = build("small-dense", "frn")) {
      assertThat(network.layers())
          .extracting(Layer::name)
          .containsExactly(
              "conv1", "norm1", "pool1", "conv2", "norm2", "pool2", "fc1", "norm3", "fc2");
      assertThat(shapes(network))
          .containsEntry("norm1.tau", List.of(16L))
          .doesNotContainKeys("norm1.eps", "conv1.bias")
          .containsEntry("norm3.eps", List.of(1L));
    }
  }

  @Test
  void parameters_ofVgg_areAsManyAsItsFormula() {
    int convolutions = 9 * (16 + 16 * 16 + 16 * 32 + 32 * 32 + 32 * 64 + 2 * 64 * 64);
    int norms = 2 * (2 * 16 + 2 * 32 + 3 * 64);
    int dense = 3 * 3 * 64 * CLASSES + CLASSES;
    try (Network network = build("vgg", "sync")) {
      assertThat(network.parameters().stream().mapToLong(p -> p.value().length()).sum())
          .isEqualTo(convolutions + norms + dense);
    }
  }

  /** The counts that He et al. 2016 give as 0.27 M, and the usual one of ResNet-18 on CIFAR-10. */
  @ParameterizedTest
  @CsvSource({"resnet8, 75290", "resnet20, 269722", "resnet18, 11173962"})
  void parameters_ofResNetOnCifar_areAsManyAsPublished(String model, long count) {
    Shape image = new Shape(32, 32, 3);
    try (Network network =
        Models.build(model, image, CLASSES, NormSpec.parse("sync"), InProcessGroup.solo(), 1)) {
      assertThat(network.parameters().stream().mapToLong(p -> p.value().length()).sum())
          .isEqualTo(count);
    }
  }

  @Test
  void build_ofResNet_hasPyTorchsNames() {
    try (Network network = build("resnet8", "sync")) {
      assertThat(shapes(network))
          .containsEntry("blocks.0.conv1.weight", List.of(16L, 16L, 3L, 3L))
          .containsEntry("blocks.1.conv1.weight", List.of(32L, 16L, 3L, 3L))
          .containsEntry("blocks.2.norm2.bias", List.of(64L))
          .containsEntry("fc.weight", List.of(10L, 64L))
          .hasSize(3 + 3 * 6 + 2);
      assertThat(network.buffers())
          .containsKeys("norm1.running_mean", "blocks.2.norm2.running_var");
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void forward_ofEveryModel_yieldsOneValueAClass(String model) {
    try (Network network = build(model, "local")) {
      assertThat(network.inputShape()).isEqualTo(IMAGE);
      for (int n : new int[] {3, 0}) {
        var logits = network.forward(Precision.FLOAT32.allocate(n, 28, 28, 1), Pass.evaluation(0));
        assertThat(logits.shape()).containsExactly(n, CLASSES);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sync", "group:8", "layer", "instance", "none"})
  void build_withAnotherNorm_startsFromTheSameWeights(String norm) {
    try (Network local = build("small-dense", "local");
        Network other = build("small-dense", norm)) {
      Map<String, float[]> expected = values(local);
      Map<String, float[]> found = values(other);
      found.keySet().retainAll(expected.keySet());
      assertThat(found).containsKeys("conv1.weight", "conv2.weight", "fc1.weight", "fc2.bias");
      found.forEach((name, value) -> assertThat(value).as(name).isEqualTo(expected.get(name)));
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void build_inFloat64_startsFromTheSameWeights(String model) {
    NormSpec norm = NormSpec.parse("sync");
    try (Network single = build(model, "sync");
        Network exact =
            Models.build(
                model, IMAGE, CLASSES, norm, InProcessGroup.solo(), 1, Precision.FLOAT64)) {
      for (int i = 0; i < single.parameters().size(); i++) {
        Parameter expected = single.parameters().get(i);
        Parameter found = exact.parameters().get(i);
        assertThat(found.name()).isEqualTo(expected.name());
        assertThat(Precision.of(found.value())).isEqualTo(Precision.FLOAT64);
        assertThat(Elements.of(found.value()).toArray())
            .isEqualTo(Elements.of(expected.value()).toArray());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "small-dense", "lenet-bn", "resnet8"})
  void forward_inFloat64_yieldsFloat64(String model) {
    NormSpec norm = NormSpec.parse("sync");
    try (Network network =
        Models.build(model, IMAGE, CLASSES, norm, InProcessGroup.solo(), 1, Precision.FLOAT64)) {
      for (int n : new int[] {3, 0}) {
        var logits = network.forward(Precision.FLOAT64.allocate(n, 28, 28, 1), Pass.evaluation(0));
        assertThat(Precision.of(logits)).isEqualTo(Precision.FLOAT64);
        assertThat(logits.shape()).containsExactly(n, CLASSES);
      }
    }
  }

  @Test
  void build_onSeveralRanks_startsFromTheSameWeights() {
    try (Network solo = build("small", "sync")) {
      InProcessGroup.run(
          3,
          rank -> {
            try (Network network =
                Models.build("small", IMAGE, CLASSES, NormSpec.parse("sync"), rank, 1)) {
              assertThat(values(network)).usingRecursiveComparison().isEqualTo(values(solo));
            }
          });
    }
  }

  @Test
  void build_withAnotherSeed_startsFromOtherWeights() {
    try (Network first = build("small", "local", 1);
        Network second = build("small", "local", 2)) {
      Map<String, float[]> other = values(second);
      values(first)
          .forEach(
              (name, value) -> {
                if (!name.startsWith("norm")) {
                  assertThat(value).as(name).isNotEqualTo(other.get(name));
                }
              });
    }
  }

  @Test
  void build_ofParametersOfOneSize_drawsEachByItself() {
    try (Network network = build("small-dense", "none")) {
      float[] first = Objects.requireNonNull(values(network).get("fc1.bias"));
      float[] weights = Objects.requireNonNull(values(network).get("fc1.weight"));
      assertThat(first).isNotEqualTo(Arrays.copyOf(weights, first.length));
    }
  }

  @Test
  void build_ofWeights_isUniformWithinTheFanIn() {
    try (Network network = build("small", "local")) {
      float[] weights = requireNonNull(values(network).get("conv4.weight"));
      double bound = 1 / Math.sqrt(64 * 3 * 3);
      double meanSquare = 0;
      double mean = 0;
      for (float weight : weights) {
        assertThat(Math.abs(weight)).isLessThanOrEqualTo((float) bound);
        mean += weight / weights.length;
        meanSquare += weight * weight / weights.length;
      }
      double tolerance = 5 / Math.sqrt(weights.length);
      assertThat(mean / bound).isBetween(-tolerance, tolerance);
      assertThat(meanSquare / (bound * bound / 3)).isBetween(1 - tolerance, 1 + tolerance);
    }
  }

  @Test
  void build_ofNorms_startsAsTheIdentity() {
    try (Network network = build("small", "sync")) {
      assertThat(values(network).get("norm2.weight")).hasSize(32).containsOnly(1);
      assertThat(values(network).get("norm2.bias")).hasSize(32).containsOnly(0);
      assertThat(network.buffers()).containsKeys("norm1.running_mean", "norm4.running_var");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "small    | 28 | group:3 | 4 | norm1",
        "lenet-bn | 28 | group:8 | 4 | norm1",
        "small    | 28 | sync:3  | 4 | 4 workers",
        "lenet-bn |  8 | sync    | 4 | conv2: kernel 3x3 does not fit its input 2x2x20",
        "resnet99 | 28 | sync    | 4 | unknown model 'resnet99': expected small, small-dense,"
            + " lenet-bn",
        "Small    | 28 | sync    | 4 | unknown model 'Small'",
        "''       | 28 | sync    | 4 | unknown model ''",
        "java.lang.String | 28 | sync | 4 | model java.lang.String: expected a public class that"
            + " implements",
      })
  void check_ofWhatDoesNotFit_saysWhy(
      String model, int side, String norm, int workers, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> check(model, new Shape(side, side, 1), norm, workers))
        .withMessageContaining(message);
  }

  @ParameterizedTest
  @MethodSource("names")
  void check_ofEveryModel_takesEveryNorm(String model) {
    for (String norm : List.of("none", "local", "sync", "sync:2", "group:2", "layer", "instance")) {
      assertThatCode(() -> check(model, IMAGE, norm, 4)).doesNotThrowAnyException();
    }
  }

  @Test
  void build_ofClassName_buildsTheUsersModel() {
    try (Network network = build(Perceptron.class.getName(), "none")) {
      assertThat(network.layers()).extracting(Layer::name).containsExactly("fc1", "relu1", "fc2");
    }
  }

  @Test
  void check_ofModelWithoutClassifier_saysHowToEnd() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> check(Headless.class.getName(), IMAGE, "none", 1))
        .withMessageContaining("expected 10 values a sample behind the last layer")
        .withMessageContaining("found 28x28x4");
  }

  @Test
  void check_ofModelThatCannotBeMade_saysWhatIsExpected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> check(Secret.class.getName(), IMAGE, "none", 1))
        .withMessageContaining("public constructor without arguments");
  }

  /** A user's model. */
  public static final class Perceptron implements Model {
    @Override
    public NetworkBuilder define(NetworkBuilder network, int classes) {
      return network.dense(32).norm().relu().dense(classes);
    }
  }

  /** A model that forgets its last layer. */
  public static final class Headless implements Model {
    @Override
    public NetworkBuilder define(NetworkBuilder network, int classes) {
      return network.conv(4, 3, 1, 1);
    }
  }

  /** A model that nobody can make. */
  public static final class Secret implements Model {
    private Secret() {}

    @Override
    public NetworkBuilder define(NetworkBuilder network, int classes) {
      return network.dense(classes);
    }
  }

  private static void check(String model, Shape image, String norm, int workers) {
    Models.check(model, image, CLASSES, NormSpec.parse(norm), workers);
  }

  private static Network build(String model, String norm) {
    return build(model, norm, 1);
  }

  private static Network build(String model, String norm, long seed) {
    return Models.build(model, IMAGE, CLASSES, NormSpec.parse(norm), InProcessGroup.solo(), seed);
  }

  private static Map<String, List<Long>> shapes(Network network) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    for (Parameter parameter : network.parameters()) {
      shapes.put(parameter.name(), Arrays.stream(parameter.value().shape()).boxed().toList());
    }
    return shapes;
  }

  private static Map<String, float[]> values(Network network) {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Parameter parameter : network.parameters()) {
      values.put(parameter.name(), parameter.value().ravel().toFloatVector());
    }
    return values;
  }
}
