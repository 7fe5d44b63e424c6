package org.lockstep.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Golden cases on real worker processes. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class VerifyIT {
  @TempDir Path directory;

  /** The two cases of two ranks come one after the other: the second one needs new workers. */
  @Test
  void verify_onProcesses_runsEveryCaseWhateverBecameOfTheOnesBefore() throws Exception {
    GoldenFiles.copy("bn_nc_basic", directory);
    GoldenFiles.writeOneValuePerChannel(directory);
    GoldenFiles.copy("gn_hard_ratio_1e4", directory);

    FinishedCommand verify =
        FinishedCommand.of(
            "verify --workers processes --precision float32 --cases " + directory, directory);

    assertThat(verify.code()).as(verify.text()).isEqualTo(1);
    assertThat(verify.survivors()).isEmpty();
    List<String> lines = verify.text().lines().toList();
    assertThat(lines.get(1)).matches("bn_nc_basic .* PASS .*");
    assertThat(lines.get(2)).matches("bn_one_value .* FAIL .*at least 2 values per channel.*");
    assertThat(lines.get(3)).matches("gn_hard_ratio_1e4 .* PASS .*");
    assertThat(lines).last().isEqualTo("2 passed, 1 failed");
  }
}
