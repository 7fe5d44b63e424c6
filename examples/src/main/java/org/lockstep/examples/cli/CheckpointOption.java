package org.lockstep.examples.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.lockstep.checkpoint.Checkpoint;
import org.lockstep.checkpoint.CheckpointException;
import org.lockstep.checkpoint.CheckpointStore;
import org.lockstep.checkpoint.CheckpointStores;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which trained model a command takes. */
final class CheckpointOption {
  @Option(
      names = "--checkpoint",
      required = true,
      paramLabel = "DIR",
      description =
          "A checkpoint that train or import wrote, or the directory of several: the newest.")
  private String place = "";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /**
   * The checkpoint of that directory, or the newest in it; those that are passed over are named on
   * the error stream.
   *
   * @throws UsageException if there is none
   * @throws CheckpointException if there is none that can be read
   */
  Checkpoint read() throws IOException {
    CheckpointStore several = store(place);
    List<String> names = several.names();
    if (!names.isEmpty()) {
      List<String> refused = new ArrayList<>();
      Checkpoint newest = Checkpoint.latest(several, names, refused::add).checkpoint();
      refused.forEach(this::warn);
      return newest;
    }
    String path = place.replaceFirst("/+$", "");
    int slash = path.lastIndexOf('/');
    CheckpointStore parent = store(slash < 0 ? "." : path.substring(0, slash + 1));
    String name = path.substring(slash + 1);
    requireOne(parent, name);
    return Checkpoint.read(parent, name);
  }

  private static CheckpointStore store(String place) {
    try {
      return CheckpointStores.open(place);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e);
    }
  }

  /** What is there but damaged is no wrong usage. */
  private static void requireOne(CheckpointStore parent, String name) throws IOException {
    try {
      parent.read(name, Checkpoint.MANIFEST);
    } catch (CheckpointException e) {
      throw new UsageException(e);
    }
  }

  private void warn(String sentence) {
    spec.commandLine().getErr().println(spec.qualifiedName() + ": passed over: " + sentence);
  }
}
