package org.lockstep.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Weights that leave one run and begin another. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class ExportIT {
  private static final String RUN = " --limit 64 --batch 8";

  @TempDir Path directory;

  @Test
  void train_resumedFromImportedWeights_goesOnFromThem() throws Exception {
    Path weights = directory.resolve("weights.safetensors");
    Path first = directory.resolve("first");
    Path next = directory.resolve("next");
    run("train --workers 1 --epochs 1 --out " + first + RUN);
    String exported = run("evaluate --checkpoint " + first.resolve("checkpoint"));
    run("export --format safetensors --out " + weights + " --checkpoint " + first + "/checkpoint");
    run("import --from " + weights + " --out " + next + RUN);
    String imported = run("evaluate --checkpoint " + next.resolve("checkpoint"));

    String resumed = run("train --workers 2 --epochs 1 --resume --out " + next + RUN);

    assertThat(imported).isEqualTo(exported).contains("accuracy");
    assertThat(resumed).contains("epoch 1/1");
    assertThat(next.resolve("checkpoint/step-00000004")).exists();
  }

  private String run(String arguments) throws Exception {
    FinishedCommand command = FinishedCommand.of(arguments, directory);
    assertThat(command.code()).as(command.text()).isZero();
    return command.text();
  }
}
