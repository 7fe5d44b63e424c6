package org.lockstep.checkpoint;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.lockstep.models.Network;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Parameter;

/**
 * A network's parameters and buffers as PyTorch's {@code state_dict} has them, in a safetensors
 * file: under its {@linkplain TorchNames names}, kernels as {@code [out, in, rows, columns]}, dense
 * weights as {@code [out, in]} with the input in the order C, H, W, running statistics as float32,
 * the number of batches as a whole number.
 */
public final class TorchWeights {
  private static final String COUNT = ".num_batches_tracked";

  /** Names of each kind that an error lists. */
  private static final int LISTED = 3;

  private TorchWeights() {}

  /**
   * Writes what a network has.
   *
   * @throws IllegalArgumentException if two layers would be of one name, or if PyTorch has no layer
   *     that computes what the network's norm does
   */
  public static byte[] write(Network network) throws IOException {
    return SafetensorsWriter.write(tensors(network));
  }

  /**
   * Gives a network what such a file has.
   *
   * @param place where it comes from, for messages
   * @throws CheckpointException in one sentence, if it is damaged, or a tensor is missing, not
   *     known or of another type or shape; the network is then as before
   * @throws IllegalArgumentException if two layers would be of one name
   */
  public static void read(byte[] content, String place, Network network)
      throws CheckpointException {
    Map<String, Tensor> found = new SafetensorsReader(place).read(content);
    requireFit(place, tensors(network), found);
    TorchNames names = new TorchNames(network);
    for (Parameter parameter : network.parameters()) {
      HostMemory.floats(parameter.value()).put(tensor(found, names.of(parameter.name())).floats());
    }
    network.buffers().forEach((name, buffer) -> fill(buffer, name, tensor(found, names.of(name))));
  }

  private static Tensor tensor(Map<String, Tensor> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  private static void fill(double[] buffer, String name, Tensor tensor) {
    if (name.endsWith(COUNT)) {
      buffer[0] = tensor.data().getLong(0);
      return;
    }
    FloatBuffer floats = tensor.floats();
    for (int i = 0; i < buffer.length; i++) {
      buffer[i] = floats.get(i);
    }
  }

  private static Map<String, Tensor> tensors(Network network) {
    TorchNames names = new TorchNames(network);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : network.parameters()) {
      FloatBuffer values = HostMemory.floats(parameter.value());
      tensors.put(names.of(parameter.name()), Tensor.of(values, parameter.value().shape()));
    }
    network.buffers().forEach((name, buffer) -> tensors.put(names.of(name), tensor(name, buffer)));
    return tensors;
  }

  private static Tensor tensor(String name, double[] buffer) {
    if (name.endsWith(COUNT)) {
      return Tensor.of((long) buffer[0]);
    }
    FloatBuffer floats = FloatBuffer.allocate(buffer.length);
    for (double value : buffer) {
      floats.put((float) value);
    }
    return Tensor.of(floats.flip(), buffer.length);
  }

  private static void requireFit(
      String place, Map<String, Tensor> expected, Map<String, Tensor> found)
      throws CheckpointException {
    List<String> missing = new ArrayList<>(expected.keySet());
    missing.removeAll(found.keySet());
    List<String> unknown = new ArrayList<>(found.keySet());
    unknown.removeAll(expected.keySet());
    List<String> others = new ArrayList<>();
    expected.forEach(
        (name, mine) -> {
          Tensor theirs = found.get(name);
          if (theirs != null && !theirs.toString().equals(mine.toString())) {
            others.add(name + " (expected " + mine + ", found " + theirs + ")");
          }
        });
    List<String> wrong = new ArrayList<>();
    list("missing", missing, wrong);
    list("not expected", unknown, wrong);
    list("of another type or shape", others, wrong);
    List<String> impossible =
        expected.keySet().stream()
            .filter(name -> found.containsKey(name) && !canBe(name, tensor(found, name)))
            .toList();
    list("below zero or no number", others.isEmpty() ? impossible : List.of(), wrong);
    if (!wrong.isEmpty()) {
      throw new CheckpointException(
          place + " does not fit the network: " + String.join("; ", wrong));
    }
  }

  /** Variances and counts are 0 or more. */
  private static boolean canBe(String name, Tensor tensor) {
    if (name.endsWith(COUNT)) {
      return tensor.data().getLong(0) >= 0;
    }
    if (name.endsWith(".running_var")) {
      FloatBuffer variances = tensor.floats();
      return IntStream.range(0, variances.remaining()).allMatch(i -> variances.get(i) >= 0);
    }
    return true;
  }

  private static void list(String what, List<String> names, List<String> to) {
    if (!names.isEmpty()) {
      String some = names.stream().limit(LISTED).collect(Collectors.joining(", "));
      int more = names.size() - LISTED;
      to.add(what + ": " + some + (more > 0 ? " and " + more + " more" : ""));
    }
  }
}
