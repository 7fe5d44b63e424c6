package org.lockstep.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import onnx.Onnx.ModelProto;
import onnx.Onnx.StringStringEntryProto;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lockstep.checkpoint.TorchWeights;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.models.Model;
import org.lockstep.models.Models;
import org.lockstep.models.Network;
import org.lockstep.models.NetworkBuilder;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormSpec;
import picocli.CommandLine;

/** Weights go in and out; what the files hold is tested where they are written. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ExportCommandTest {
  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path weights = Path.of("");

  /** A user's own. */
  public static final class Own implements Model {
    @Override
    public NetworkBuilder define(NetworkBuilder network, int classes) {
      return network.conv(4, 3).norm().relu().dense(classes);
    }
  }

  @BeforeEach
  void weights() throws IOException {
    weights = weights(Own.class.getName());
  }

  private Path weights(String model) throws IOException {
    try (Network network =
        Models.build(
            model, new Shape(8, 8, 1), 10, NormSpec.parse("sync"), InProcessGroup.solo(), 4)) {
      return Files.write(directory.resolve("weights.safetensors"), TorchWeights.write(network));
    }
  }

  @Test
  void export_ofImportedWeights_writesTheSameFile() throws IOException {
    Path again = directory.resolve("below/again.safetensors");

    importWeights(0);
    assertThat(execute(export("safetensors", again))).as(err.toString()).isZero();

    assertThat(again).hasSameBinaryContentAs(weights);
    assertThat(out.toString())
        .contains(
            again + ": model " + Own.class.getName() + " with norm sync after step 0 as safeten");
  }

  @Test
  void evaluate_ofImportedWeights_classifiesTheTestImages() {
    importWeights(0);

    int code = execute("evaluate --checkpoint " + directory.resolve("run/checkpoint"));

    assertThat(code).as(err.toString()).isZero();
    assertThat(out.toString()).contains("of 299 test images");
  }

  @ParameterizedTest
  @CsvSource({"'', 1", "' --fold', 0"})
  void export_onnxOfOwnModel_hasItsLayersAndSaysWhereItIsFrom(String fold, int batchNorms)
      throws IOException {
    Path file = directory.resolve("model.onnx");

    importWeights(0);
    assertThat(execute(export("onnx", file) + fold)).as(err.toString()).isZero();

    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(file));
    assertThat(model.getGraph().getNodeList())
        .filteredOn(node -> node.getOpType().equals("BatchNormalization"))
        .hasSize(batchNorms);
    assertThat(model.getMetadataPropsList())
        .extracting(StringStringEntryProto::getKey)
        .containsExactly("model", "norm", "data", "step", "mean", "deviation");
    assertThat(model.getMetadataPropsList())
        .extracting(StringStringEntryProto::getValue)
        .startsWith(Own.class.getName(), "sync", "digits", "0");
  }

  @Test
  void export_overAFile_isWrongUsageAndLeavesIt() throws IOException {
    Path file = Files.writeString(directory.resolve("model.onnx"), "mine");
    importWeights(0);

    int code = execute(export("onnx", file));

    assertThat(code).isEqualTo(2);
    assertThat(err.toString()).contains("--out: expected the name of a new file, found " + file);
    assertThat(file).hasContent("mine");
  }

  @Test
  void export_foldedSafetensors_isWrongUsage() {
    int code = execute(export("safetensors", directory.resolve("w")) + " --fold");

    assertThat(code).isEqualTo(2);
    assertThat(err.toString()).contains("--fold: expected --format onnx, found safetensors");
  }

  @Test
  void import_ofOtherModelsWeights_isWrongUsageAndWritesNothing() throws IOException {
    weights = weights("small");

    importWeights(2);

    assertThat(err.toString())
        .contains(weights + " does not fit the network: not expected: bn2.")
        .contains("shape: conv1.weight (expected F32 [4, 1, 3, 3], found F32 [16, 1, 3, 3])");
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(directory.resolve("run")).doesNotExist();
  }

  @Test
  void import_ofNoFile_isWrongUsage() {
    weights = directory.resolve("nowhere");

    importWeights(2);

    assertThat(err.toString()).contains("--from: expected a safetensors file, cannot read");
  }

  @Test
  void import_whereCheckpointsAre_isWrongUsage() {
    importWeights(0);
    importWeights(2);

    assertThat(err.toString()).contains("expected no checkpoints in", "found step-00000000");
  }

  private void importWeights(int expected) {
    int code =
        execute(
            "import --data digits --from %s --model %s --out %s"
                .formatted(weights, Own.class.getName(), directory.resolve("run")));
    assertThat(code).as(err.toString()).isEqualTo(expected);
  }

  private String export(String format, Path file) {
    return "export --checkpoint %s --format %s --out %s"
        .formatted(directory.resolve("run/checkpoint"), format, file);
  }

  private int execute(String arguments) {
    CommandLine line =
        Commands.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return line.execute(arguments.split(" "));
  }
}
