package org.lockstep.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Training on a real standalone Spark cluster, with the driver here and on a worker. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SparkSubmitIT {
  private static final String TRAIN =
      "train --norm sync --workers 2 --data fashion-mini --limit 600 --epochs %d --out %s";
  // Of the last step: two workers take 32 of 600 images each.
  private static final Path CHECKPOINT = Path.of("checkpoint", "step-00000010");
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private Path directory;
  private Path here;
  private StandaloneCluster cluster;

  @BeforeAll
  void startClusterAndTrainOnLocalProcesses(@TempDir Path temporary) throws Exception {
    directory = temporary;
    cluster = StandaloneCluster.start(2, 2, directory);
    here = directory.resolve("local");
    FinishedCommand local = FinishedCommand.of(TRAIN.formatted(1, here), directory);
    assertThat(local.code()).as(local.text()).isZero();
  }

  @AfterAll
  void stopCluster() {
    cluster.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"client", "cluster"})
  void train_onStandaloneCluster_holdsTheBitsOfLocalProcesses(String mode) throws Exception {
    Path there = directory.resolve(mode);
    FinishedCommand submitted = cluster.submit(mode, TRAIN.formatted(1, there));
    assertThat(submitted.code()).as(submitted.text()).isZero();
    assertThat(submitted.survivors()).isEmpty();

    assertThat(run(there).get("finalTestAccuracy")).isEqualTo(run(here).get("finalTestAccuracy"));
    assertSameBits(there, here);
    await().atMost(PATIENCE).until(() -> cluster.finishedApplications().contains(mode + "-train"));
  }

  private static void assertSameBits(Path out, Path expected) {
    for (String file : new String[] {"model.safetensors", "optimizer.safetensors"}) {
      assertThat(out.resolve(CHECKPOINT).resolve(file))
          .hasSameBinaryContentAs(expected.resolve(CHECKPOINT).resolve(file));
    }
  }

  /** Long enough for the kill to come in the middle of a step. */
  @Test
  void train_executorKilled_goesOnFromACheckpointToTheSameBits() throws Exception {
    Path undisturbed = directory.resolve("undisturbed");
    Path disturbed = directory.resolve("disturbed");
    FinishedCommand local = FinishedCommand.of(TRAIN.formatted(20, undisturbed), directory);
    assertThat(local.code()).as(local.text()).isZero();
    Path states = disturbed.resolve("states");
    String checkpoints = " --checkpoint-every 7 --checkpoint-dir " + states.toUri();
    FutureTask<FinishedCommand> submitted =
        new FutureTask<>(
            () -> cluster.submit("client", TRAIN.formatted(20, disturbed) + checkpoints));
    new Thread(submitted, "submitter").start();
    await().atMost(PATIENCE).until(() -> Files.exists(states));
    ProcessHandle victim = cluster.executors().get(1);
    assertThat(victim.destroyForcibly()).isTrue();

    FinishedCommand finished = submitted.get();
    assertThat(finished.code()).as(finished.text()).isZero();
    assertThat(finished.text()).containsPattern("worker \\d of 2 .*restart 1 of at most 3");
    assertThat(finished.text()).contains("epoch 20/20").doesNotContain("restart 2");
    for (String file : new String[] {"model.safetensors", "optimizer.safetensors"}) {
      assertThat(states.resolve("step-00000200").resolve(file))
          .hasSameBinaryContentAs(undisturbed.resolve("checkpoint/step-00000200").resolve(file));
    }
  }

  /** The kill rows of the matrix of faults, one attempt each. */
  @Test
  void train_executorKilledAtEveryPoint_endsWithTheSameBits() throws Exception {
    List<String> points =
        List.of(
            "rank=1,at=rendezvous",
            "rank=1,step=3,layer=norm1,phase=forward",
            "rank=1,step=4,phase=gradient,at=middle",
            "rank=1,step=5,phase=backward",
            "rank=0,step=6,phase=gradient",
            "rank=0,step=7,at=checkpoint",
            "rank=1,phase=evaluation");
    Path struck = directory.resolve("struck");
    StringBuilder options = new StringBuilder(" --checkpoint-every 7 --max-restarts 7");
    for (int attempt = 0; attempt < points.size(); attempt++) {
      options.append(" --fault kill:%s,attempt=%d".formatted(points.get(attempt), attempt));
    }
    FinishedCommand finished = cluster.submit("client", TRAIN.formatted(1, struck) + options);
    assertThat(finished.code()).as(finished.text()).isZero();
    assertThat(finished.text()).contains("restart 7 of at most 7");
    assertThat(finished.survivors()).isEmpty();
    assertSameBits(struck, here);
  }

  @Test
  void train_hostLost_goesOnWithTheWorkersThatAreLeft() throws Exception {
    Path out = directory.resolve("left");
    try (StandaloneCluster small = StandaloneCluster.start(2, 1, directory.resolve("small"))) {
      FutureTask<FinishedCommand> submitted =
          new FutureTask<>(
              () ->
                  small.submit(
                      "client", TRAIN.formatted(20, out) + " --min-workers 1 --timeout 15"));
      new Thread(submitted, "submitter").start();
      await().atMost(PATIENCE).until(() -> Files.exists(out.resolve("checkpoint")));
      small.killWorker();

      FinishedCommand finished = submitted.get();
      assertThat(finished.code()).as(finished.text()).isZero();
      assertThat(finished.text()).contains("restart 1 of at most 3", "epoch 20/20");
      assertThat(run(out).get("workers").asInt()).isEqualTo(1);
    }
  }

  @Test
  void doctor_onStandaloneCluster_findsNothingThatStopsARun() throws Exception {
    FinishedCommand doctor = cluster.submit("client", "doctor --workers 2");
    assertThat(doctor.code()).as(doctor.text()).isZero();
    assertThat(doctor.text()).contains("2 for 2 workers").containsPattern("connections +ok");
    assertThat(doctor.survivors()).isEmpty();
  }

  private static JsonNode run(Path out) throws Exception {
    return new ObjectMapper().readTree(out.resolve("results.json").toFile()).get("runs").get(0);
  }

  @ParameterizedTest
  @CsvSource({"client, 2, unknown model 'no'", "cluster, 1, is FAILED"})
  void submit_ofWrongUsage_failsAsFarAsSparkTells(String mode, int code, String why)
      throws Exception {
    FinishedCommand submitted = cluster.submit(mode, "train --model no");
    assertThat(submitted.code()).as(submitted.text()).isEqualTo(code);
    assertThat(submitted.text()).contains(why);
  }

  @Test
  void terminate_whileATrainingRunsOnTheWorker_leavesNoProcess() throws Exception {
    String train = TRAIN.formatted(100_000, directory.resolve("endless"));
    try (StandaloneCluster doomed = StandaloneCluster.start(1, 3, directory.resolve("doomed"))) {
      FutureTask<FinishedCommand> endless = new FutureTask<>(() -> doomed.submit("cluster", train));
      new Thread(endless, "submitter").start();
      await().atMost(PATIENCE).until(() -> doomed.children().size() == 3);
      assertThat(doomed.terminate()).isEmpty();
      assertThat(endless.get().code()).as(endless.get().text()).isEqualTo(1);
    }
  }
}
