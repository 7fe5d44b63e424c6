package org.lockstep.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command line as users run it: its own JVM, real worker processes, real files. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class CompareIT {
  @TempDir Path directory;

  @Test
  void compare_twoNormsOnTwoWorkers_writesBothRunsAndLeavesNoProcess() throws Exception {
    Path out = directory.resolve("out");
    FinishedCommand compare =
        run(
            "compare --workers 2 --norms local,sync --shards by-label --limit 64 --epochs 2 --out "
                + out);

    assertThat(compare.code()).as(compare.text()).isZero();
    assertThat(compare.survivors()).isEmpty();
    assertThat(compare.text()).contains("report", "epoch 2/2", "MB sent");
    JsonNode runs = json(out.resolve("results.json")).get("runs");
    assertThat(runs).hasSize(2);
    assertThat(runs.get(0).get("norm").asText()).isEqualTo("local");
    assertThat(runs.get(1).get("norm").asText()).isEqualTo("sync");
    for (JsonNode run : runs) {
      assertThat(run.get("workers").asInt()).isEqualTo(2);
      assertThat(run.get("epochs")).hasSize(2);
      assertThat(run.get("finalTestAccuracy").asDouble()).isBetween(0.0, 1.0);
      assertThat(run.get("epochs").get(0).get("bytesSent").asLong()).isPositive();
    }
    assertThat(out.resolve("report.html")).content().contains("local BN", "Sync-BN");
  }

  @Test
  void compare_sameSeedTwice_givesTheSameFigures() throws Exception {
    List<List<String>> accuracies = new ArrayList<>();
    for (String name : List.of("first", "second")) {
      Path out = directory.resolve(name);
      run("compare --workers 2 --norms sync --shards shuffled --limit 64 --epochs 1 --out " + out);
      JsonNode run = json(out.resolve("results.json")).get("runs").get(0);
      JsonNode epoch = run.get("epochs").get(0);
      accuracies.add(
          List.of(epoch.get("trainLoss").toString(), epoch.get("testAccuracy").toString()));
    }

    assertThat(accuracies.get(1)).isEqualTo(accuracies.get(0));
  }

  @Test
  void compare_dryRun_printsThePlanAndWritesNothing() throws Exception {
    Path out = directory.resolve("out");
    FinishedCommand compare =
        run(
            "compare --dry-run --patience 1 --workers 2 --norms sync --shards shuffled --limit 64"
                + " --epochs 7 --out "
                + out);

    assertThat(compare.code()).as(compare.text()).isZero();
    assertThat(compare.text())
        .containsPattern("sync +shuffled +2 +7 +112 ")
        .containsPattern("memory +about \\d+ MB a worker");
    assertThat(out).doesNotExist();
    assertThat(compare.survivors()).isEmpty();
  }

  @Test
  void batches_learningRate_growsWithTheBatch() throws Exception {
    Path out = directory.resolve("out");
    FinishedCommand batches =
        run(
            "example batches --workers 2 --norms local,sync --batch 2,8 --limit 64 --epochs 1 --out "
                + out);

    assertThat(batches.code()).as(batches.text()).isZero();
    assertThat(json(out.resolve("results.json")).get("runs").findValuesAsText("learningRate"))
        .containsExactly("0.01", "0.01", "0.04", "0.04");
    assertThat(out.resolve("report.html"))
        .content()
        .contains("Error on shuffled shards after 1 epoch", "--learning-rate</span> <span>0.01<");
  }

  @Test
  void compare_missingData_isWrongUsageAndStartsNothing() throws Exception {
    Path out = directory.resolve("out");
    Path missing = directory.resolve("missing");

    FinishedCommand compare =
        run("compare --workers 2 --data mnist --data-dir " + missing + " --out " + out);

    assertThat(compare.code()).as(compare.text()).isEqualTo(2);
    assertThat(compare.text()).contains(missing.toString());
    assertThat(compare.text().strip().lines()).hasSize(1);
    assertThat(compare.survivors()).isEmpty();
    assertThat(out).doesNotExist();
  }

  @Test
  void evaluate_checkpointOfTrain_findsTheSameAccuracies() throws Exception {
    Path out = directory.resolve("out");
    FinishedCommand train =
        run(
            "train --workers 2 --batch 8 --norm sync --shards uneven --limit 600 --epochs 1"
                + " --statistics both --out "
                + out
                + " --trace "
                + directory.resolve("trace"));
    assertThat(train.code()).as(train.text()).isZero();
    assertThat(json(directory.resolve("trace/trace.json"))).hasSizeGreaterThan(2 * 50);
    JsonNode run = json(out.resolve("results.json")).get("runs").get(0);
    String accuracy = percent(run.get("finalTestAccuracy"));
    String precise = percent(run.get("epochs").get(0).get("testAccuracyPrecise"));

    // Shards of 200 and 400 images, 8 a step.
    Path checkpoint = out.resolve("checkpoint/step-00000050");
    FinishedCommand evaluate = run("evaluate --checkpoint " + out.resolve("checkpoint"));
    FinishedCommand again = run("evaluate --statistics precise --checkpoint " + checkpoint);

    assertThat(run.get("statisticsDrift")).hasSize(4);
    assertThat(evaluate.code()).as(evaluate.text()).isZero();
    assertThat(evaluate.text())
        .contains("accuracy " + accuracy + " of 200 test images, " + precise + " with population");
    assertThat(again.text())
        .contains("accuracy " + precise + " of 200 test images with population");
  }

  @Test
  void resumeAndEvaluate_onlyCheckpointDamaged_failWithTheFile() throws Exception {
    Path out = directory.resolve("out");
    String train = "train --workers 2 --batch 8 --limit 64 --keep 1 --out " + out + " --epochs ";
    FinishedCommand first = run(train + 1);
    assertThat(first.code()).as(first.text()).isZero();
    Path model = out.resolve("checkpoint/step-00000004/model.safetensors");
    byte[] content = Files.readAllBytes(model);
    content[content.length / 2] ^= 0x10;
    Files.write(model, content);

    for (String command :
        List.of(
            train + 2 + " --resume",
            "evaluate --checkpoint " + out.resolve("checkpoint"),
            "evaluate --checkpoint " + model.getParent())) {
      FinishedCommand refused = run(command);
      assertThat(refused.code()).as(refused.text()).isEqualTo(1);
      assertThat(refused.text().lines().filter(line -> line.startsWith("lockstep ")))
          .singleElement()
          .asString()
          .contains(model + " is damaged: expected ");
    }
  }

  @Test
  void train_withoutResumeOverAnEarlierRun_isRefusedAndResumesNothingThatIsNotThere()
      throws Exception {
    Path out = directory.resolve("out");
    FinishedCommand nothing = run("train --resume --out " + out);
    assertThat(nothing.code()).as(nothing.text()).isEqualTo(2);
    assertThat(nothing.text()).contains("--resume: expected a checkpoint in");

    Files.createDirectories(out.resolve("checkpoint/step-00000007"));
    FinishedCommand over = run("train --out " + out);
    assertThat(over.code()).as(over.text()).isEqualTo(2);
    assertThat(over.text())
        .contains("expected no checkpoint of an earlier run", "step-00000007", "--resume");
  }

  private static String percent(JsonNode fraction) {
    return String.format(java.util.Locale.ROOT, "%.1f %%", 100 * fraction.asDouble());
  }

  private static JsonNode json(Path file) throws Exception {
    return new JsonMapper().readTree(Files.readString(file));
  }

  @Test
  void train_faultsThatDoNotStrike_areTold() throws Exception {
    FinishedCommand train =
        run(
            "train --data digits --model small-dense --limit 64 --workers 2 --epochs 1 --fault"
                + " throw:rank=1,layer=nosuch --fault kill:rank=0,attempt=1 --out "
                + directory.resolve("vain"));
    assertThat(train.code()).as(train.text()).isZero();
    assertThat(train.text())
        .contains("lockstep train: the fault throw:rank=1,layer=nosuch did not strike: rank 1 came")
        .contains("to the layers bucket0, epoch metrics, norm1")
        .contains("kill:rank=0,attempt=1 did not strike: the workers were started again 0 times");
  }

  private FinishedCommand run(String arguments) throws Exception {
    return FinishedCommand.of(arguments, directory);
  }
}
