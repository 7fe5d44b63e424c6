package org.lockstep.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A copy of a golden case, for tests to spoil.
 *
 * @param folder the copy
 */
record CaseCopy(Path folder) {
  /** Copies the case {@code name} to below {@code directory}. */
  static CaseCopy of(String name, Path directory) throws IOException {
    Path copy = Files.createDirectory(directory.resolve(name));
    try (Stream<Path> files = Files.list(Cases.DIRECTORY.resolve(name))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return new CaseCopy(copy);
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  /** Rewrites {@code case.json}. */
  CaseCopy edit(Consumer<ObjectNode> change) {
    ObjectMapper mapper = new ObjectMapper();
    try {
      ObjectNode json = (ObjectNode) mapper.readTree(file(CaseFile.NAME).toFile());
      change.accept(json);
      mapper.writeValue(file(CaseFile.NAME).toFile(), json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Deals every step's rows to {@code workers}: to each more than to the one before. */
  static void deal(ObjectNode json, int workers) {
    json.put("workers", workers);
    json.get("steps").forEach(step -> dealStep((ObjectNode) step, workers));
    if (json.has("eval")) {
      dealStep((ObjectNode) json.get("eval"), workers);
    }
  }

  private static void dealStep(ObjectNode step, int workers) {
    int rows = 0;
    for (JsonNode shard : step.get("shards")) {
      rows += shard.asInt();
    }
    ArrayNode shards = step.putArray("shards");
    for (int i = 0; i < workers; i++) {
      shards.add(start(rows, i + 1, workers) - start(rows, i, workers));
    }
  }

  private static int start(int rows, int rank, int workers) {
    return rows * rank * rank / (workers * workers);
  }

  /** Adds to the last element of a file of {@code <f8}. */
  CaseCopy add(String npy, double difference) throws IOException {
    byte[] bytes = Files.readAllBytes(file(npy));
    ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int last = bytes.length - Double.BYTES;
    view.putDouble(last, view.getDouble(last) + difference);
    Files.write(file(npy), bytes);
    return this;
  }
}
