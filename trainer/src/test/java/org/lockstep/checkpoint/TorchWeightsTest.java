package org.lockstep.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.data.Dataset;
import org.lockstep.data.Datasets;
import org.lockstep.data.EvaluationShard;
import org.lockstep.data.MiniBatches;
import org.lockstep.data.Standardization;
import org.lockstep.models.Model;
import org.lockstep.models.Models;
import org.lockstep.models.Network;
import org.lockstep.models.NetworkBuilder;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormSpec;

/** The files in {@code torch} were written by PyTorch, with the script beside them. */
class TorchWeightsTest {
  private static final Shape GREY = new Shape(28, 28, 1);
  private static final int CLASSES = 10;

  @ParameterizedTest
  @ValueSource(strings = {"lenet-bn", "resnet20"})
  void read_ofPyTorchsWeights_networkFindsItsLogits(String model) throws IOException {
    Dataset dataset = Datasets.load("fashion-mini", null, 0);
    DoubleBuffer expected = logits(model);
    int images = expected.capacity() / CLASSES;
    try (Network network = network(model, "sync");
        MiniBatches batches =
            new MiniBatches(dataset.test(), Standardization.of(dataset.train()))) {
      TorchWeights.read(weights(model), "PyTorch", network);

      FloatBuffer found =
          HostMemory.floats(
              network.forward(
                  batches
                      .load(new EvaluationShard(dataset.test(), images, 0, 1).batch(0))
                      .features(),
                  Pass.evaluation(0)));

      for (int i = 0; i < expected.capacity(); i++) {
        assertThat((double) found.get(i)).isCloseTo(expected.get(i), within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lenet-bn", "resnet20"})
  void write_ofWhatPyTorchWrote_isTheSame(String model) throws IOException {
    try (Network network = network(model, "local")) {
      TorchWeights.read(weights(model), "PyTorch", network);

      assertThat(tensors(TorchWeights.write(network))).isEqualTo(tensors(weights(model)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"frn", "evonorm:32", "sync+ws"})
  void write_ofNormThatPyTorchHasNot_isRefused(String norm) {
    try (Network network = network("small", norm)) {
      assertThatThrownBy(() -> TorchWeights.write(network))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("norm " + norm + ": expected one that PyTorch's layers compute");
    }
  }

  @Test
  void write_ofProjectedShortcuts_namesThemByPlace() throws IOException {
    assertThat(names("resnet18", "sync"))
        .contains(
            "layer1.1.bn2.weight",
            "layer2.0.shortcut.0.weight",
            "layer2.0.shortcut.1.running_var",
            "layer4.1.conv2.weight",
            "linear.bias")
        .doesNotContain("layer1.0.shortcut.0.weight", "layer1.2.conv1.weight");
  }

  @Test
  void write_ofGroupNorms_keepsTheirNames() throws IOException {
    assertThat(names("small-dense", "group:8"))
        .containsExactlyInAnyOrder(
            "conv1.weight",
            "norm1.weight",
            "norm1.bias",
            "conv2.weight",
            "norm2.weight",
            "norm2.bias",
            "fc1.weight",
            "norm3.weight",
            "norm3.bias",
            "fc2.weight",
            "fc2.bias");
  }

  /** Its first layer is called as PyTorch calls the last of residual networks. */
  public static final class Twice implements Model {
    @Override
    public NetworkBuilder define(NetworkBuilder network, int classes) {
      return network.dense("linear", 3).dense("fc", classes);
    }
  }

  @Test
  void write_ofTwoLayersOfOneName_isRefused() {
    assertThatThrownBy(() -> names(Twice.class.getName(), "none"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("fc: expected a name of its own in PyTorch, found linear twice");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fc2.bias, fc1.bias |          | missing: fc1.bias, fc2.bias",
        "                   | conv3.weight | not expected: conv3.weight",
        "bn1.running_mean   | bn1.mean | missing: bn1.running_mean; not expected: bn1.mean",
        "conv1.weight, bn1.weight, bn1.bias, fc1.bias, fc2.bias | | missing: conv1.weight,"
            + " bn1.weight, bn1.bias and 2 more",
        "                   | fc2.bias | of another type or shape: fc2.bias (expected F32 [10],"
            + " found F64 [3])",
      })
  void read_ofOtherTensors_saysWhichAndChangesNothing(
      @Nullable String without, @Nullable String with, String message) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>(tensors(weights("lenet-bn")));
    names(without, tensors::remove);
    names(with, name -> tensors.put(name, Tensor.of(new double[3])));
    byte[] file = SafetensorsWriter.write(tensors);
    try (Network network = network("lenet-bn", "sync")) {
      byte[] before = TorchWeights.write(network);

      assertThatThrownBy(() -> TorchWeights.read(file, "w.safetensors", network))
          .isInstanceOf(CheckpointException.class)
          .hasMessage("w.safetensors does not fit the network: " + message);
      assertThat(TorchWeights.write(network)).isEqualTo(before);
    }
  }

  private static void names(@Nullable String list, Consumer<String> action) {
    if (list != null) {
      for (String name : list.split(", ")) {
        action.accept(name);
      }
    }
  }

  private static Set<String> names(String model, String norm) throws IOException {
    try (Network network = network(model, norm)) {
      return tensors(TorchWeights.write(network)).keySet();
    }
  }

  private static Network network(String model, String norm) {
    return Models.build(model, GREY, CLASSES, NormSpec.parse(norm), InProcessGroup.solo(), 9);
  }

  private static byte[] weights(String model) throws IOException {
    try (InputStream file = new GZIPInputStream(open(model + ".safetensors.gz"))) {
      return file.readAllBytes();
    }
  }

  private static DoubleBuffer logits(String model) throws IOException {
    try (InputStream file = open(model + ".logits.safetensors")) {
      return Objects.requireNonNull(tensors(file.readAllBytes()).get("logits")).doubles();
    }
  }

  private static InputStream open(String file) {
    return Objects.requireNonNull(TorchWeightsTest.class.getResourceAsStream("/torch/" + file));
  }

  private static Map<String, Tensor> tensors(byte[] file) throws CheckpointException {
    return new SafetensorsReader("file").read(file);
  }
}
