package org.lockstep.examples;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Copies of the trainer module's golden cases, for tests to spoil. */
public final class GoldenFiles {
  /** Tests start in their module's directory. */
  private static final Path DIRECTORY =
      Path.of("..", "trainer", "src", "test", "resources", "golden");

  private GoldenFiles() {}

  /** Copies the case {@code name} to below {@code directory}; returns its folder there. */
  public static Path copy(String name, Path directory) throws IOException {
    Path copy = Files.createDirectory(directory.resolve(name));
    try (Stream<Path> files = Files.list(DIRECTORY.resolve(name))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  /** Adds to the last element of a file of {@code <f8}. */
  public static void addToLast(Path npy, double difference) throws IOException {
    byte[] bytes = Files.readAllBytes(npy);
    ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int last = bytes.length - Double.BYTES;
    view.putDouble(last, view.getDouble(last) + difference);
    Files.write(npy, bytes);
  }

  /** Writes a case whose batch is one row of one channel, on which no batch norm can train. */
  public static Path writeOneValuePerChannel(Path directory) throws IOException {
    Path folder = Files.createDirectory(directory.resolve("bn_one_value"));
    writeZero(folder.resolve("row.npy"), "(1, 1)");
    writeZero(folder.resolve("channel.npy"), "(1,)");
    Files.writeString(
        folder.resolve("case.json"),
        """
        {"kind": "batchnorm", "workers": 2, "input_dtype": "float32",
         "channels": 1, "spatial": [], "eps": 1e-5, "momentum": 0.1,
         "gamma": "channel.npy", "beta": "channel.npy",
         "running_mean_init": "channel.npy", "running_var_init": "channel.npy",
         "steps": [{"mean": "channel.npy", "var": "channel.npy", "num_batches_tracked": 1,
           "running_mean": "channel.npy", "running_var": "channel.npy", PASS}],
         "eval": {PASS},
         "tolerance": {"float64": {BOUNDS}, "float32": {BOUNDS}}}
        """
            .replace(
                "PASS",
                """
                "shards": [1, 0], "x": "row.npy", "dy": "row.npy", "y": "row.npy",
                "dx": "row.npy", "dgamma": "channel.npy", "dbeta": "channel.npy"
                """)
            .replace(
                "BOUNDS",
                """
                "y": 1, "dx": 1, "dgamma": 1, "dbeta": 1, "mean": 1, "var": 1, "running_mean": 1,
                "running_var": 1, "eval_y": 1, "eval_dx": 1, "eval_dgamma": 1, "eval_dbeta": 1
                """));
    return folder;
  }

  private static void writeZero(Path npy, String shape) throws IOException {
    String header = "{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + ", }\n";
    String start = "\u0093NUMPY\u0001\0" + (char) header.length() + "\0";
    Files.writeString(npy, start + header + "\0".repeat(Double.BYTES), StandardCharsets.ISO_8859_1);
  }
}
