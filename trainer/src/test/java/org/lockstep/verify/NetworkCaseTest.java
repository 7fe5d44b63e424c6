package org.lockstep.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lockstep.nn.Precision;

/** Cases of networks that cannot be read, and such that must not pass. */
@Timeout(60)
class NetworkCaseTest {
  private static final String LENET = "net_lenet_bn";
  private static final String RESNET = "net_resnet8";

  @TempDir Path directory;

  static Stream<Arguments> spoiledJson() {
    return Stream.of(
        spoiled(LENET, "model expected one of small, ", json -> json.put("model", "alexnet")),
        spoiled(
            LENET,
            "init expected a field 'fc2.bias', found none",
            json -> json.withObject("/init").remove("fc2.bias")),
        spoiled(
            LENET,
            "init_conv2.weight.npy: expected the shape [20, 1, 5, 5], found the shape [50, 20,",
            json -> json.withObject("/init").put("conv1.weight", "init_conv2.weight.npy")),
        spoiled(
            LENET,
            "init.fc3.bias expected parameters of a lenet-bn only",
            json -> json.withObject("/init").put("fc3.bias", "init_fc2.bias.npy")),
        spoiled(
            RESNET,
            "init.blocks.0.conv1.weight expected as many blocks of each width",
            json -> json.withObject("/init").remove("blocks.0.conv1.weight")),
        spoiled(
            RESNET,
            "init expected a field 'blocks.1.norm2.bias'",
            json -> json.withObject("/init").remove("blocks.1.norm2.bias")),
        spoiled(LENET, "model expected one that fits", NetworkCaseTest::smallImages),
        spoiled(LENET, "bn.eps expected", json -> json.withObject("/bn").put("eps", -1)),
        spoiled(
            LENET,
            "optimizer.kind expected SGD, found \"Adam\"",
            json -> json.withObject("/optimizer").put("kind", "Adam")),
        spoiled(
            LENET,
            "s0_x.npy: expected elements of type <i8, found <f4",
            json -> step(json).put("labels", "s0_x.npy")),
        spoiled(
            LENET,
            "index_fc1.weight.npy: expected the shape [8], found the shape [",
            json -> step(json).put("labels", "index_fc1.weight.npy")),
        spoiled(
            LENET,
            "s0_fc2.bias.npy: expected logits [N, classes], found the shape [10]",
            json -> step(json).put("logits", "s0_fc2.bias.npy")),
        spoiled(
            LENET,
            "buffers.norm3.running_var expected parameters and running statistics of the model",
            json -> step(json).withObject("/buffers").put("norm3.running_var", "s0_x.npy")),
        spoiled(
            LENET,
            "tolerance.float32 expected a field 'fc1.weight'",
            json -> json.withObject("/tolerance/float32").remove("fc1.weight")));
  }

  private static Arguments spoiled(String name, String message, Consumer<ObjectNode> change) {
    return Arguments.of(name, message, change);
  }

  /** Images of 5 by 5, which leave nothing for the second convolution. */
  private static void smallImages(ObjectNode json) {
    step(json).put("x", "init_conv1.weight.npy");
  }

  private static ObjectNode step(ObjectNode json) {
    return (ObjectNode) json.get("steps").get(0);
  }

  @ParameterizedTest
  @MethodSource("spoiledJson")
  void read_spoiledJson_saysWhereAndWhatIsExpected(
      String name, String message, Consumer<ObjectNode> change) throws IOException {
    CaseCopy copy = CaseCopy.of(name, directory).edit(change);

    assertThatThrownBy(() -> GoldenCase.read(copy.folder()))
        .isInstanceOf(CaseException.class)
        .hasMessageStartingWith(copy.folder().toString())
        .hasMessageContaining(message)
        .hasMessageContaining(", found ");
  }

  @ParameterizedTest
  @CsvSource({
    "s0_logits, logits",
    "s0_conv1.weight, conv1.weight",
    "s1_norm1.bias, norm1.bias",
    "s2_norm2.running_mean, norm2.running_mean",
    "s0_norm1.running_var, norm1.running_var",
    "s1_fc1.weight.values, fc1.weight",
  })
  void judge_oneValueOffByTenTolerances_failsWithThatQuantity(String file, String quantity)
      throws IOException {
    CaseCopy copy = CaseCopy.of(LENET, directory);
    double tolerance = tolerance(copy, quantity);

    Verdict verdict =
        Cases.run(copy.add(file + ".npy", 10 * tolerance).folder(), Precision.FLOAT64);

    assertThat(verdict.passed()).isFalse();
    assertThat(verdict.worst().quantity()).isEqualTo(quantity);
  }

  @Test
  void judge_anotherLoss_fails() throws IOException {
    CaseCopy copy =
        CaseCopy.of(LENET, directory)
            .edit(json -> step(json).put("loss", step(json).get("loss").asDouble() + 1e-3));

    Verdict verdict = Cases.run(copy.folder(), Precision.FLOAT32);

    assertThat(verdict.passed()).isFalse();
    assertThat(verdict.worst().quantity()).isEqualTo("loss");
  }

  /** The parameter has 1250·128 elements of at most 0.1, so squares have a fifth of the room. */
  @ParameterizedTest
  @CsvSource({"sum, 10", "sumsq, 2"})
  void judge_anotherSumOfASampledParameter_fails(String sum, double tolerances) throws IOException {
    CaseCopy copy = CaseCopy.of(LENET, directory);
    double difference = tolerances * tolerance(copy, "fc1.weight") * 1250 * 128;
    copy.edit(
        json -> {
          ObjectNode sampled = (ObjectNode) step(json).at("/sampled_params/fc1.weight");
          sampled.put(sum, sampled.get(sum).asDouble() + difference);
        });

    Verdict verdict = Cases.run(copy.folder(), Precision.FLOAT64);

    assertThat(verdict.passed()).isFalse();
    assertThat(verdict.worst().quantity()).isEqualTo("fc1.weight " + sum);
  }

  private static double tolerance(CaseCopy copy, String quantity) {
    return CaseFile.read(copy.folder()).part("tolerance").part("float64").number(quantity);
  }
}
