package org.lockstep.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.nn.Precision;
import org.lockstep.verify.Deviation;
import org.lockstep.verify.Deviations;
import org.lockstep.verify.GoldenCase;

@Timeout(60)
class VerifyTaskTest {
  private final TaskJson json = new TaskJson();

  @Test
  void read_deviationsThatWereWritten_areTheSame() {
    Deviations found =
        new Deviations(
            List.of(
                new Deviation("y", 2, Double.POSITIVE_INFINITY, "y", 1),
                new Deviation("w sum", null, Double.MIN_VALUE, "w", 0)));

    assertThat(json.read(json.write(found), Deviations.class)).isEqualTo(found);
  }

  @Test
  void run_taskAsJson_passesTheCase() {
    Path folder = Path.of("..", "trainer", "src", "test", "resources", "golden", "gn_nc_groups3");
    GoldenCase golden = GoldenCase.read(folder);
    String task = json.write(new VerifyTask(folder.toString(), Precision.FLOAT32));
    Deviations[] found = new Deviations[golden.workers()];

    InProcessGroup.run(
        found.length,
        rank -> {
          String result = json.run(VerifyTask.class.getName(), task, rank, event -> {});
          found[rank.rank()] = json.read(result, Deviations.class);
        });

    assertThat(golden.judge(Precision.FLOAT32, List.of(found)).passed()).isTrue();
  }
}
