package org.lockstep.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same training on a real standalone Spark cluster and on local processes. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class SparkSubmitIT {
  private static final String TRAIN =
      "train --norm sync --workers 2 --data fashion-mini --limit 600 --epochs 1 --out ";

  @TempDir Path directory;

  @Test
  void train_onStandaloneCluster_holdsTheBitsOfLocalProcesses() throws Exception {
    Path there = directory.resolve("spark");
    Path here = directory.resolve("local");
    FinishedCommand submitted;
    try (StandaloneCluster cluster = StandaloneCluster.start(2, directory)) {
      submitted = cluster.submit(TRAIN + there);
    }
    assertThat(submitted.code()).as(submitted.text()).isZero();
    assertThat(submitted.survivors()).isEmpty();
    FinishedCommand local = FinishedCommand.of(TRAIN + here, directory);
    assertThat(local.code()).as(local.text()).isZero();

    assertThat(run(there).get("finalTestAccuracy")).isEqualTo(run(here).get("finalTestAccuracy"));
    for (String file : new String[] {"model.safetensors", "optimizer.safetensors"}) {
      assertThat(there.resolve("checkpoint").resolve(file))
          .hasSameBinaryContentAs(here.resolve("checkpoint").resolve(file));
    }
  }

  @Test
  void doctor_onStandaloneCluster_findsNothingThatStopsARun() throws Exception {
    FinishedCommand doctor;
    try (StandaloneCluster cluster = StandaloneCluster.start(2, directory)) {
      doctor = cluster.submit("doctor --workers 2");
    }
    assertThat(doctor.code()).as(doctor.text()).isZero();
    assertThat(doctor.text()).contains("2 for 2 workers").containsPattern("connections +ok");
    assertThat(doctor.survivors()).isEmpty();
  }

  private static JsonNode run(Path out) throws Exception {
    return new ObjectMapper().readTree(out.resolve("results.json").toFile()).get("runs").get(0);
  }
}
