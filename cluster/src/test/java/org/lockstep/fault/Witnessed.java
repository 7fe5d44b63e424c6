package org.lockstep.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.lockstep.launch.BeginTraining;
import org.lockstep.launch.RankContext;
import org.lockstep.launch.WorkerTask;
import org.lockstep.train.RunState;
import org.lockstep.train.StateDigest;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.TrainListener;
import org.lockstep.train.Trainer;

/**
 * Builds a trainer that leaves behind, in a file a rank, what the rank held after each step and
 * what it holds at its end: lines of the step and the digest of parameters and running statistics.
 *
 * @param directory takes the files
 */
record Witnessed(TrainConfig config, BeginTraining.@Nullable Resume resume, String directory)
    implements WorkerTask<Void, RunState> {

  @Override
  public RunState run(RankContext rank, Events<Void> events) throws IOException {
    Trainer trainer = new Trainer(config, config.load(), rank.communicator());
    RunState start = BeginTraining.begin(rank, config, trainer, resume);
    Path file = Path.of(directory, "state-" + rank.communicator().rank());
    rank.keep(TrainListener.class, new Witness(trainer, file));
    return start;
  }

  private static final class Witness implements TrainListener, AutoCloseable {
    private final Trainer trainer;
    private final Path file;
    private final Map<Long, String> states = new TreeMap<>();

    Witness(Trainer trainer, Path file) {
      this.trainer = trainer;
      this.file = file;
    }

    @Override
    public void onStep(int epoch, int step, int stepsPerEpoch) {
      states.put(trainer.step(), state());
    }

    private String state() {
      return new StateDigest(trainer.network()).hex();
    }

    /** What a rank holds in the end stands last. */
    @Override
    public void close() {
      StringBuilder lines = new StringBuilder();
      states.forEach((step, sum) -> lines.append(step).append(' ').append(sum).append('\n'));
      lines.append(trainer.step()).append(' ').append(state()).append('\n');
      try {
        Files.writeString(file, lines);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
