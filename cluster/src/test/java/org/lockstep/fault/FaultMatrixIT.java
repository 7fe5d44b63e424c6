package org.lockstep.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lockstep.launch.CheckpointNames;
import org.lockstep.launch.CheckpointOptions;
import org.lockstep.launch.Cluster;
import org.lockstep.launch.LocalCluster;
import org.lockstep.launch.LocalClusterOptions;
import org.lockstep.launch.ShortRun;
import org.lockstep.launch.TrainingRun;
import org.lockstep.nn.Precision;
import org.lockstep.rendezvous.ClusterException;
import org.lockstep.train.RunResult;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.TrainListener;

/**
 * Every fault at every point of a run, on real worker processes. {@code -Dlockstep.matrix=full}
 * runs all cells, {@code -Dlockstep.matrix='4 ranks, kill'} those whose text begins so; otherwise
 * each fault and each point come once at least, on two ranks.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultMatrixIT {
  /** For runs with faults; others, on a machine that has more to do, may take their time. */
  private static final Duration SILENCE = Duration.ofSeconds(1);

  private static final Duration TIMEOUT = Duration.ofSeconds(8);
  private static final List<String> FAULTS =
      List.of(
          "kill",
          "stop",
          "exit",
          "throw",
          "delay:200ms",
          "reset",
          "blackhole",
          "corrupt",
          "truncate",
          "half-close",
          "slice");

  /** By world size: the digest of a run without faults, and the states after its steps. */
  private final Map<Integer, Reference> references = new HashMap<>();

  private int cells;
  private int survived;
  private Duration slowest = Duration.ZERO;
  private volatile long lastSign;

  @TempDir Path directory;

  private record Reference(String digest, Map<String, String> states) {}

  static List<Cell> cells() {
    String wanted = System.getProperty("lockstep.matrix");
    Cell.Point[] points = Cell.Point.values();
    List<Cell> chosen = new ArrayList<>();
    for (int workers : new int[] {2, 4}) {
      for (int f = 0; f < FAULTS.size(); f++) {
        for (int p = 0; p < points.length; p++) {
          Cell cell = new Cell(workers, FAULTS.get(f), points[p]);
          boolean isUsual = workers == 2 && p == f % points.length;
          if (wanted == null
              ? isUsual
              : wanted.equals("full") || cell.toString().startsWith(wanted)) {
            chosen.add(cell);
          }
        }
      }
    }
    return chosen;
  }

  @AfterAll
  void print() {
    System.out.printf("cells %d, survived %d, failed %d%n", cells, survived, cells - survived);
    System.out.printf(
        "from the last step before a fault to the end of all processes: at most %d ms%n",
        slowest.toMillis());
  }

  @ParameterizedTest
  @MethodSource("cells")
  void on_fault_isNamedAndTheRestartEndsWithTheSameBits(Cell cell) throws Exception {
    cells++;
    Reference reference = reference(cell.workers());
    long descriptors = descriptors();
    ClusterException failure = runInto(cell);
    assertThat(failure == null).as(cell + ": " + failure).isEqualTo(cell.isHarmless());
    if (failure != null) {
      slowest = longer(slowest, Duration.ofNanos(System.nanoTime() - lastSign));
      assertNamed(cell, String.valueOf(failure.getMessage()));
      assertThat(failure.report().full() + failure.getMessage()).contains(cell.point().named());
      assertWhole(cell, reference);
    }
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive)).isEmpty();
    await().until(() -> descriptors() <= descriptors); // the sockets are closed, and their ports
    if (failure != null) {
      assertThat(train(cell.workers(), List.of(), directory).digest())
          .isEqualTo(reference.digest());
    }
    survived++;
  }

  /** Trains with the fault; a run that ends well must end with the bits of the reference. */
  private @Nullable ClusterException runInto(Cell cell) throws Exception {
    return catchThrowableOfType(
        ClusterException.class,
        () ->
            assertThat(train(cell.workers(), List.of(cell.spec()), directory).digest())
                .isEqualTo(reference(cell.workers()).digest()));
  }

  /** The launcher names the culprit, and each survivor knows whom its end is due to. */
  private void assertNamed(Cell cell, String message) throws IOException {
    String name = cell.culprit() + " of " + cell.workers();
    if (cell.isOfProcess()) {
      assertThat(message).startsWith("worker " + name + " (pid ");
    }
    String known = "(?s).*(" + name + "|rank " + cell.culprit() + " \\().*";
    assertThat(message).matches(known);
    for (int rank = 0; rank < cell.workers(); rank++) {
      if (rank != cell.culprit()) {
        assertThat(Files.readString(directory.resolve("logs/rank-" + rank + ".log")))
            .matches(known);
      }
    }
  }

  private static long descriptors() {
    return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getOpenFileDescriptorCount();
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? other : one;
  }

  /**
   * What survivors hold is what all ranks of a run without faults hold after one of its steps, the
   * same for all; only within an all-reduce some may have got all of it, and be a step ahead.
   */
  private void assertWhole(Cell cell, Reference reference) throws IOException {
    Set<String> steps = new HashSet<>();
    for (int rank = 0; rank < cell.workers(); rank++) {
      Path file = directory.resolve("state-" + rank);
      if (rank != cell.culprit() && cell.point() != Cell.Point.RENDEZVOUS) {
        String last = Files.readAllLines(file).get(Files.readAllLines(file).size() - 1);
        assertThat(reference.states()).containsEntry(last.split(" ")[0], last.split(" ")[1]);
        steps.add(last);
      }
    }
    boolean mayDiffer = cell.point() == Cell.Point.MIDDLE_OF_ALL_REDUCE;
    assertThat(steps).hasSizeLessThanOrEqualTo(mayDiffer ? 2 : 1);
  }

  private Reference reference(int workers) throws Exception {
    Reference known = references.get(workers);
    if (known == null) {
      Path place = Files.createDirectory(directory.resolve("reference"));
      String digest = train(workers, List.of(), place).digest();
      Map<String, String> states = new HashMap<>();
      Files.readAllLines(place.resolve("state-0"))
          .forEach(line -> states.put(line.split(" ")[0], line.split(" ")[1]));
      known = new Reference(digest, states);
      references.put(workers, known);
    }
    return known;
  }

  /** Trains to the end, from the newest checkpoint if there is one. */
  private RunResult train(int workers, List<FaultSpec> faults, Path place) throws Exception {
    Path checkpoints = Files.createDirectories(place.resolve("checkpoints"));
    CheckpointOptions saving =
        new CheckpointOptions(checkpoints.toString(), 2, 2, isBegun(checkpoints));
    LocalClusterOptions options = LocalClusterOptions.of(workers, place.resolve("logs"));
    LocalClusterOptions struck =
        options.withSilence(SILENCE).withTimeout(TIMEOUT).withFaults(faults);
    lastSign = System.nanoTime();
    try (Cluster cluster = LocalCluster.start(faults.isEmpty() ? options : struck)) {
      return new TrainingRun(
              config(workers),
              (ranks, config, resume) -> new Witnessed(config, resume, place.toString()),
              saving)
          .on(cluster, signs);
    }
  }

  private final TrainListener signs =
      new TrainListener() {
        @Override
        public void onStep(int epoch, int step, int stepsPerEpoch) {
          lastSign = System.nanoTime();
        }
      };

  private static boolean isBegun(Path checkpoints) throws IOException {
    try (Stream<Path> names = Files.list(checkpoints)) {
      return names.anyMatch(name -> CheckpointNames.isOne(name.getFileName().toString()));
    }
  }

  /** 3 steps an epoch, 2 epochs; its gradients are larger than what goes through rank 0. */
  private static TrainConfig config(int workers) {
    return ShortRun.of("lenet-bn", "sync", "fashion-mini", 6 * workers, 2, Precision.FLOAT32);
  }
}
