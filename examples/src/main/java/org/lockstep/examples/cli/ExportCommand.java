package org.lockstep.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.lockstep.checkpoint.Checkpoint;
import org.lockstep.checkpoint.CheckpointException;
import org.lockstep.checkpoint.TorchWeights;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.data.Dataset;
import org.lockstep.data.Standardization;
import org.lockstep.models.Models;
import org.lockstep.models.Network;
import org.lockstep.nn.norm.NormSpec;
import org.lockstep.onnx.OnnxModel;
import org.lockstep.train.RunState;
import org.lockstep.train.TrainConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a trained network for other programs, in this process. */
@Command(
    name = "export",
    description = {
      "Writes a trained model as a file for other programs.",
      "onnx: a graph that takes 'input', float32 [batch, C, H, W], the pixels as the data set has"
          + " them (bytes 0 to 255), standardizes them as training did, and yields 'logits', float32"
          + " [batch, classes].",
      "safetensors: weights and running statistics under PyTorch's names."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bin/lockstep export --checkpoint run/checkpoint --format onnx --fold --out m.onnx",
      "  bin/lockstep export --checkpoint run/checkpoint --format safetensors --out m.safetensors"
    })
final class ExportCommand implements Callable<Integer> {
  @Mixin private CheckpointOption checkpoint = new CheckpointOption();

  @Option(
      names = "--format",
      required = true,
      paramLabel = "F",
      converter = ExportFormat.Converter.class,
      description = "onnx or safetensors.")
  private ExportFormat format = ExportFormat.ONNX;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The file, which must not be there yet.")
  private Path out = Path.of("");

  @Option(
      names = "--fold",
      description =
          "In onnx: make each batch norm part of the convolution or dense layer before it.")
  private boolean fold;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "Where the files of the data set it was trained on are (default: where they were in"
              + " training); they say how pixels are standardized.")
  private @Nullable Path dataDir;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (fold && format != ExportFormat.ONNX) {
      throw new UsageException("--fold: expected --format onnx, found " + format);
    }
    if (Files.exists(out)) {
      throw new UsageException(
          "--out: expected the name of a new file, found " + out + " there already");
    }
    Checkpoint trained = checkpoint.read();
    TrainConfig config = trained.run().config();
    String dir = dataDir == null ? config.dataDir() : dataDir.toAbsolutePath().toString();
    Dataset dataset = Preflight.load(config.data(), dir, config.limit());
    Path file = OutputDirectory.prepareFor(out);
    byte[] content = content(trained, dataset);
    write(file, content);
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        "%s: %s as %s%s, %,d bytes"
            .formatted(
                file,
                trained.run(),
                format,
                fold ? " with batch norm folded" : "",
                content.length));
    out.flush();
    return ExitCode.OK;
  }

  /** In float32, whatever training computed in. */
  private byte[] content(Checkpoint trained, Dataset dataset) throws IOException {
    RunState run = trained.run();
    NormSpec norm = NormSpec.parse(run.config().norm()).alone();
    try (Communicator solo = InProcessGroup.solo();
        Network network =
            Models.build(run.config().model(), dataset.shape(), dataset.classes(), norm, solo, 0)) {
      trained.restore(network);
      if (format == ExportFormat.SAFETENSORS) {
        return TorchWeights.write(network);
      }
      Standardization standardization = Standardization.of(dataset.train());
      return OnnxModel.write(
          network, standardization, fold, properties(run, dataset, standardization));
    } catch (CheckpointException | IllegalArgumentException e) {
      throw new UsageException(e);
    }
  }

  private static Map<String, String> properties(
      RunState run, Dataset dataset, Standardization standardization) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("model", run.config().model());
    properties.put("norm", run.config().norm());
    properties.put("data", dataset.name());
    properties.put("step", Long.toString(run.step()));
    int channels = dataset.shape().channels();
    properties.put("mean", list(channels, standardization::mean));
    properties.put("deviation", list(channels, standardization::deviation));
    return properties;
  }

  private static String list(int channels, IntToDoubleFunction ofChannel) {
    return IntStream.range(0, channels)
        .mapToObj(c -> Double.toString(ofChannel.applyAsDouble(c)))
        .collect(Collectors.joining(","));
  }

  /** Beside its place first, so that nobody meets half a file. */
  private static void write(Path file, byte[] content) throws IOException {
    Path beside = file.resolveSibling("." + file.getFileName() + ".part");
    try {
      Files.write(beside, content);
      Files.move(beside, file);
    } catch (IOException e) {
      throw new IOException("cannot write " + file + ": " + e, e);
    } finally {
      Files.deleteIfExists(beside);
    }
  }
}
