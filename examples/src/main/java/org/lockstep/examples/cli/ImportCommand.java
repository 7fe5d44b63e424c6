package org.lockstep.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.lockstep.checkpoint.Checkpoint;
import org.lockstep.checkpoint.CheckpointException;
import org.lockstep.checkpoint.CheckpointStore;
import org.lockstep.checkpoint.LocalStore;
import org.lockstep.checkpoint.TorchWeights;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.data.Dataset;
import org.lockstep.data.ShardedSampler;
import org.lockstep.launch.CheckpointNames;
import org.lockstep.models.Models;
import org.lockstep.models.Network;
import org.lockstep.nn.norm.NormSpec;
import org.lockstep.optim.Sgd;
import org.lockstep.train.RunState;
import org.lockstep.train.TrainConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes weights from elsewhere the start of a training run, in this process. */
@Command(
    name = "import",
    description = {
      "Makes a checkpoint of weights from PyTorch, for evaluate and export, and to train on from.",
      "train --resume goes on from it; the options that decide a run are then those given here."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bin/lockstep import --from lenet.safetensors --model lenet-bn --out run",
      "  bin/lockstep train --model lenet-bn --resume --out run",
      "  bin/lockstep evaluate --checkpoint run/checkpoint"
    })
final class ImportCommand implements Callable<Integer> {
  /** Of the run that is imported, which has made no step. */
  private static final int WORKERS = 1;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "FILE",
      description = "A safetensors file of the model's state_dict, under PyTorch's names.")
  private Path from = Path.of("");

  @Mixin private RunOptions run = new RunOptions();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "An output directory as of train; the checkpoint goes to checkpoint in it.")
  private Path out = Path.of("");

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    TrainConfig config = run.config(TrainConfig.DEFAULT.statistics());
    Dataset dataset = Preflight.load(config.data(), config.dataDir(), config.limit());
    byte[] weights = read();
    Checkpoint checkpoint = checkpoint(config, dataset, weights);
    CheckpointStore store = store(OutputDirectory.prepare(out).resolve("checkpoint"));
    String name = CheckpointNames.of(0, 1);
    checkpoint.write(store, name);
    PrintWriter out = spec.commandLine().getOut();
    out.println("%s: %s, from %s".formatted(store.place(name), checkpoint.run(), from));
    out.flush();
    return ExitCode.OK;
  }

  private byte[] read() {
    try {
      return Files.readAllBytes(from);
    } catch (IOException e) {
      throw new UsageException(
          "--from: expected a safetensors file, cannot read " + e.getMessage());
    }
  }

  private static CheckpointStore store(Path directory) throws IOException {
    CheckpointStore store = new LocalStore(directory);
    if (!store.names().isEmpty()) {
      throw new UsageException(
          "--out: expected no checkpoints in %s, found %s; name another directory"
              .formatted(directory, store.names().get(0)));
    }
    return store;
  }

  private Checkpoint checkpoint(TrainConfig config, Dataset dataset, byte[] weights)
      throws IOException {
    NormSpec norm = NormSpec.parse(config.norm()).alone();
    try (Communicator solo = InProcessGroup.solo();
        Network network =
            Models.build(
                config.model(), dataset.shape(), dataset.classes(), norm, solo, config.seed())) {
      TorchWeights.read(weights, from.toString(), network);
      Sgd sgd =
          new Sgd(network.parameters(), config.momentum(), config.weightDecay(), config.nesterov());
      return Checkpoint.of(start(config, dataset), network, sgd, Map.of());
    } catch (CheckpointException | IllegalArgumentException e) {
      throw new UsageException(e);
    }
  }

  private static RunState start(TrainConfig config, Dataset dataset) {
    ShardedSampler sampler =
        new ShardedSampler(
            dataset.train(), config.shards(), config.batchPerWorker(), 0, WORKERS, config.seed());
    return RunState.start(config, WORKERS, sampler.stepsPerEpoch());
  }
}
