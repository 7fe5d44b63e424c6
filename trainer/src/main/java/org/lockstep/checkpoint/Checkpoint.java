package org.lockstep.checkpoint;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.lockstep.models.Network;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Parameter;
import org.lockstep.optim.Sgd;

/**
 * Everything a run needs to go on. On disk it is a directory of three files:
 *
 * <ul>
 *   <li>{@code manifest.json}: which run it is, how far it went, and size and SHA-256 of the
 *       others;
 *   <li>{@code model.safetensors}: parameters as F32 in PyTorch's names and shapes, buffers as F64;
 *   <li>{@code optimizer.safetensors}: the optimizer's v of each parameter, flat, as F32.
 * </ul>
 *
 * <p>The directory appears as a whole or not at all, and is read back only if every bit is as it
 * was written. The tensors are copies: the network may go on while they are written.
 */
public final class Checkpoint {
  private static final String MODEL = "model.safetensors";
  private static final String OPTIMIZER = "optimizer.safetensors";

  private final RunState run;
  private final Map<String, Tensor> model;
  private final Map<String, Tensor> optimizer;

  private Checkpoint(RunState run, Map<String, Tensor> model, Map<String, Tensor> optimizer) {
    this.run = run;
    this.model = model;
    this.optimizer = optimizer;
  }

  /** Copies the state of a run. */
  public static Checkpoint of(RunState run, Network network, Sgd sgd) {
    return new Checkpoint(run, tensors(network), tensors(sgd));
  }

  public RunState run() {
    return run;
  }

  /**
   * Writes the directory; a checkpoint that is there already gives way once this one is complete.
   *
   * @throws CheckpointException if something else stands in its place
   * @throws IOException if it cannot be written; nothing is left behind
   */
  public void write(Path dir) throws IOException {
    byte[] modelFile = SafetensorsWriter.write(model);
    byte[] optimizerFile = SafetensorsWriter.write(optimizer);
    Map<String, FileDigest> digests = new LinkedHashMap<>();
    digests.put(MODEL, FileDigest.of(modelFile));
    digests.put(OPTIMIZER, FileDigest.of(optimizerFile));
    byte[] manifest = new Manifest(Manifest.FORMAT_VERSION, run, digests).toJson();
    new CheckpointDirectory(dir)
        .write(Map.of(MODEL, modelFile, OPTIMIZER, optimizerFile, Manifest.FILE, manifest));
  }

  /**
   * Reads a directory.
   *
   * @throws CheckpointException in one sentence, if a file is missing or not as it was written
   */
  public static Checkpoint read(Path dir) throws IOException {
    CheckpointDirectory directory = new CheckpointDirectory(dir);
    Manifest manifest = Manifest.read(directory);
    return new Checkpoint(
        manifest.run(),
        tensors(directory, MODEL, manifest),
        tensors(directory, OPTIMIZER, manifest));
  }

  /**
   * Reads the checkpoint with the most steps among the directories in {@code parent}, passing over
   * those that cannot be read.
   *
   * @param refused told of each that was passed over, in one sentence
   * @throws CheckpointException if there is none that can be read
   */
  public static Checkpoint latest(Path parent, Consumer<String> refused) throws IOException {
    List<Candidate> candidates = new ArrayList<>();
    for (Path dir : CheckpointDirectory.among(parent)) {
      try {
        candidates.add(
            new Candidate(dir, Manifest.read(new CheckpointDirectory(dir)).run().step()));
      } catch (CheckpointException e) {
        refused.accept(e.getMessage());
      }
    }
    candidates.sort(Comparator.comparingLong(Candidate::step).reversed());
    for (Candidate candidate : candidates) {
      try {
        return read(candidate.dir);
      } catch (CheckpointException e) {
        refused.accept(e.getMessage());
      }
    }
    throw new CheckpointException(parent + ": expected a complete checkpoint, found none");
  }

  private record Candidate(Path dir, long step) {}

  /**
   * Gives a network its parameters and buffers.
   *
   * @throws CheckpointException if names or shapes differ; the network is then as before
   */
  public void restore(Network network) throws CheckpointException {
    requireFit("network", tensors(network), model);
    for (Parameter parameter : network.parameters()) {
      HostMemory.floats(parameter.value()).put(tensor(model, parameter.name()).floats());
    }
    network.buffers().forEach((name, buffer) -> tensor(model, name).doubles().get(buffer));
  }

  /**
   * Gives an optimizer its state.
   *
   * @throws CheckpointException if names or sizes differ; the optimizer is then as before
   */
  public void restore(Sgd sgd) throws CheckpointException {
    requireFit("optimizer", tensors(sgd), optimizer);
    sgd.state().forEach((name, v) -> tensor(optimizer, name).floats().get(v));
  }

  /** A tensor that {@code requireFit} has found. */
  private static Tensor tensor(Map<String, Tensor> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  private void requireFit(String what, Map<String, Tensor> expected, Map<String, Tensor> found)
      throws CheckpointException {
    Set<String> names = new LinkedHashSet<>(expected.keySet());
    names.addAll(found.keySet());
    for (String name : names) {
      String mine = describe(expected.get(name));
      String theirs = describe(found.get(name));
      if (!mine.equals(theirs)) {
        throw new CheckpointException(
            "the checkpoint of "
                + run
                + " does not fit the "
                + what
                + ": "
                + name
                + ": expected "
                + mine
                + ", found "
                + theirs);
      }
    }
  }

  private static String describe(@Nullable Tensor tensor) {
    return tensor == null ? "nothing" : tensor.toString();
  }

  private static Map<String, Tensor> tensors(Network network) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : network.parameters()) {
      FloatBuffer values = HostMemory.floats(parameter.value());
      tensors.put(parameter.name(), Tensor.of(values, parameter.value().shape()));
    }
    network.buffers().forEach((name, buffer) -> tensors.put(name, Tensor.of(buffer)));
    return tensors;
  }

  private static Map<String, Tensor> tensors(Sgd sgd) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    sgd.state().forEach((name, v) -> tensors.put(name, Tensor.of(FloatBuffer.wrap(v), v.length)));
    return tensors;
  }

  private static Map<String, Tensor> tensors(
      CheckpointDirectory directory, String file, Manifest manifest) throws IOException {
    byte[] content = directory.read(file);
    FileDigest expected = manifest.files().get(file);
    FileDigest found = FileDigest.of(content);
    if (!found.equals(expected)) {
      throw new CheckpointException(
          directory.path().resolve(file)
              + " is damaged: expected "
              + expected
              + ", found "
              + found);
    }
    return new SafetensorsReader(directory.path().resolve(file).toString()).read(content);
  }
}
