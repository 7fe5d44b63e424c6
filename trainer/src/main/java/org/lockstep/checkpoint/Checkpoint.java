package org.lockstep.checkpoint;

import java.io.IOException;
import java.nio.FloatBuffer;
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
import org.lockstep.train.RunState;

/**
 * Everything a run needs to go on. In its place it is a set of files:
 *
 * <ul>
 *   <li>{@code manifest.json}: which run it is, how far it went, and size and SHA-256 of the
 *       others;
 *   <li>{@code model.safetensors}: parameters as F32 in PyTorch's names and shapes, buffers as F64;
 *   <li>{@code optimizer.safetensors}: the optimizer's v of each parameter, flat, as F32;
 *   <li>{@code statistics.safetensors}: where every rank tracks running statistics of its own,
 *       those of all ranks as F64 {@code [worldSize, size]}; the model then has their means.
 * </ul>
 *
 * <p>It appears as a whole or not at all, and is read back only if every byte is as it was written:
 * the manifest has the digests of the other files and of itself. The tensors are copies: the
 * network may go on while they are written.
 */
public final class Checkpoint {
  /** The file that makes it one. */
  public static final String MANIFEST = Manifest.FILE;

  private static final String MODEL = "model.safetensors";
  private static final String OPTIMIZER = "optimizer.safetensors";
  private static final String STATISTICS = "statistics.safetensors";

  private final RunState run;
  private final Map<String, Tensor> model;
  private final Map<String, Tensor> optimizer;

  /** Empty where all ranks hold the same. */
  private final Map<String, Tensor> statistics;

  private Checkpoint(
      RunState run,
      Map<String, Tensor> model,
      Map<String, Tensor> optimizer,
      Map<String, Tensor> statistics) {
    this.run = run;
    this.model = model;
    this.optimizer = optimizer;
    this.statistics = statistics;
  }

  /**
   * Copies the state of a run.
   *
   * @param statistics the running statistics of every rank, by buffer, {@code [worldSize, size]};
   *     empty where all ranks hold those of {@code network}
   */
  public static Checkpoint of(
      RunState run, Network network, Sgd sgd, Map<String, double[]> statistics) {
    Map<String, Tensor> model = tensors(network);
    Map<String, Tensor> ofRanks = new LinkedHashMap<>();
    statistics.forEach(
        (name, values) -> {
          model.put(name, Tensor.of(means(values, run.workers())));
          ofRanks.put(name, Tensor.of(values, run.workers(), values.length / run.workers()));
        });
    return new Checkpoint(run, model, tensors(sgd), ofRanks);
  }

  private static double[] means(double[] ofRanks, int ranks) {
    double[] means = new double[ofRanks.length / ranks];
    for (int i = 0; i < ofRanks.length; i++) {
      means[i % means.length] += ofRanks[i] / ranks;
    }
    return means;
  }

  public RunState run() {
    return run;
  }

  /**
   * Writes it under a name of its own.
   *
   * @return false, and nothing is written, if there is something of that name
   * @throws CheckpointException in one sentence with file and cause, if it cannot be written
   */
  public boolean write(CheckpointStore store, String name) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(MODEL, SafetensorsWriter.write(model));
    files.put(OPTIMIZER, SafetensorsWriter.write(optimizer));
    if (!statistics.isEmpty()) {
      files.put(STATISTICS, SafetensorsWriter.write(statistics));
    }
    Map<String, FileDigest> digests = new LinkedHashMap<>();
    files.forEach((file, content) -> digests.put(file, FileDigest.of(content)));
    files.put(Manifest.FILE, new Manifest(Manifest.FORMAT_VERSION, run, digests).toJson());
    return store.write(name, files);
  }

  /**
   * Reads one.
   *
   * @throws CheckpointException in one sentence, if a file is missing or not as it was written
   */
  public static Checkpoint read(CheckpointStore store, String name) throws IOException {
    Manifest manifest = Manifest.read(store, name);
    return new Checkpoint(
        manifest.run(),
        tensors(store, name, MODEL, manifest),
        tensors(store, name, OPTIMIZER, manifest),
        manifest.files().containsKey(STATISTICS)
            ? tensors(store, name, STATISTICS, manifest)
            : Map.of());
  }

  /**
   * A checkpoint and what it is called.
   *
   * @param name in its store
   * @param checkpoint that was read
   */
  public record Named(String name, Checkpoint checkpoint) {}

  /**
   * Reads the checkpoint with the most steps, passing over those that cannot be read; of several
   * after the same step, that whose name is last.
   *
   * @param names those that may be taken
   * @param refused told of each that was passed over, in one sentence
   * @throws CheckpointException if there is none that can be read, with the reasons
   */
  public static Named latest(CheckpointStore store, List<String> names, Consumer<String> refused)
      throws IOException {
    List<Candidate> candidates = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    Consumer<String> refuse = refused.andThen(reasons::add);
    for (String name : names) {
      try {
        candidates.add(new Candidate(name, Manifest.read(store, name).run().step()));
      } catch (CheckpointException e) {
        refuse.accept(e.getMessage());
      }
    }
    candidates.sort(NEWEST_FIRST);
    for (Candidate candidate : candidates) {
      try {
        return new Named(candidate.name, read(store, candidate.name));
      } catch (CheckpointException e) {
        refuse.accept(e.getMessage());
      }
    }
    String none = store.place("") + ": expected a complete checkpoint, found none";
    throw new CheckpointException(
        reasons.isEmpty() ? none : none + ": " + String.join("; ", reasons));
  }

  private record Candidate(String name, long step) {}

  private static final Comparator<Candidate> NEWEST_FIRST =
      Comparator.comparingLong(Candidate::step).thenComparing(Candidate::name).reversed();

  /**
   * Gives a network its parameters and buffers.
   *
   * @throws CheckpointException if names or shapes differ; the network is then as before
   */
  public void restore(Network network) throws CheckpointException {
    requireFit("checkpoint of " + run, "network", tensors(network), model);
    fill(network, model);
  }

  /**
   * The same for a rank of the run that goes on: it gets the running statistics that it had itself,
   * or the means of all where the world is of another size.
   *
   * @throws CheckpointException if names or shapes differ; the network is then as before
   */
  public void restore(Network network, int rank, int worldSize) throws CheckpointException {
    restore(network);
    if (worldSize == run.workers()) {
      statistics.forEach(
          (name, ofRanks) -> {
            double[] mine = Objects.requireNonNull(network.buffers().get(name), name);
            ofRanks.doubles().get(rank * mine.length, mine);
          });
    }
  }

  /**
   * Gives an optimizer its state.
   *
   * @throws CheckpointException if names or sizes differ; the optimizer is then as before
   */
  public void restore(Sgd sgd) throws CheckpointException {
    requireFit("checkpoint of " + run, "optimizer", tensors(sgd), optimizer);
    sgd.state().forEach((name, v) -> tensor(optimizer, name).floats().get(v));
  }

  /** The parameters and buffers of a network as one file, that of {@code model.safetensors}. */
  public static byte[] modelOf(Network network) throws IOException {
    return SafetensorsWriter.write(tensors(network));
  }

  /**
   * Gives a network what {@link #modelOf} has written.
   *
   * @param place where it comes from, for messages
   * @throws CheckpointException if it is damaged, or names or shapes differ
   */
  public static void restoreModel(byte[] model, String place, Network network)
      throws CheckpointException {
    Map<String, Tensor> tensors = new SafetensorsReader(place).read(model);
    requireFit(place, "network", tensors(network), tensors);
    fill(network, tensors);
  }

  private static void fill(Network network, Map<String, Tensor> model) {
    for (Parameter parameter : network.parameters()) {
      HostMemory.floats(parameter.value()).put(tensor(model, parameter.name()).floats());
    }
    network.buffers().forEach((name, buffer) -> tensor(model, name).doubles().get(buffer));
  }

  /** A tensor that {@code requireFit} has found. */
  private static Tensor tensor(Map<String, Tensor> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  private static void requireFit(
      String source, String what, Map<String, Tensor> expected, Map<String, Tensor> found)
      throws CheckpointException {
    Set<String> names = new LinkedHashSet<>(expected.keySet());
    names.addAll(found.keySet());
    for (String name : names) {
      String mine = describe(expected.get(name));
      String theirs = describe(found.get(name));
      if (!mine.equals(theirs)) {
        throw new CheckpointException(
            "the "
                + source
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
      CheckpointStore store, String name, String file, Manifest manifest) throws IOException {
    byte[] content = store.read(name, file);
    String place = store.place(name) + "/" + file;
    FileDigest expected = manifest.files().get(file);
    FileDigest found = FileDigest.of(content);
    if (!found.equals(expected)) {
      throw new CheckpointException(
          place + " is damaged: expected " + expected + ", found " + found);
    }
    return new SafetensorsReader(place).read(content);
  }
}
