package org.lockstep.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.models.Models;
import org.lockstep.models.Network;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormSpec;
import org.lockstep.optim.Sgd;
import org.lockstep.train.EpochTotals;
import org.lockstep.train.RunState;
import org.lockstep.train.TrainConfig;

/** Checkpoints of a tiny network, the one after step k called {@code step-k}, and their check. */
final class States {
  private States() {}

  /** Another network for every step. */
  static Checkpoint after(int step) {
    RunState run =
        new RunState(
            TrainConfig.DEFAULT,
            8,
            375,
            step,
            step,
            new EpochTotals(0, 0, 0, 0, 0, List.of()),
            List.of());
    try (Network network =
        Models.build(
            CheckpointTest.Tiny.class.getName(),
            new Shape(8, 8, 1),
            3,
            NormSpec.parse("local"),
            InProcessGroup.solo(),
            step)) {
      Sgd sgd = new Sgd(network.parameters(), 0.9, 0, false);
      return Checkpoint.of(run, network, sgd, Map.of());
    }
  }

  static String name(int step) {
    return "step-" + step;
  }

  static boolean write(CheckpointStore store, int step) throws IOException {
    return after(step).write(store, name(step));
  }

  /** The step of the newest that is whole; nothing with a checkpoint's name may be less. */
  static long newest(Path directory) throws IOException {
    CheckpointStore store = new LocalStore(directory);
    List<String> refused = new ArrayList<>();
    Checkpoint.Named newest = Checkpoint.latest(store, store.names(), refused::add);
    assertThat(refused).isEmpty();
    Path as = Files.createTempDirectory("as-written");
    write(new LocalStore(as), (int) newest.checkpoint().run().step());
    for (String file : entries(as.resolve(newest.name()))) {
      assertThat(directory.resolve(newest.name()).resolve(file))
          .hasSameBinaryContentAs(as.resolve(newest.name()).resolve(file));
    }
    return newest.checkpoint().run().step();
  }

  static List<String> entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
