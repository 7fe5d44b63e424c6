package org.lockstep.examples.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lockstep.data.Shards;
import org.lockstep.train.RunResult;

class TextTableTest {
  @Test
  void toString_words_standLeftAndFiguresRight() {
    TextTable table = new TextTable(1, "norm", "accuracy");
    table.row("group:8", "9.0 %");

    assertThat(table.toString()).isEqualTo("norm     accuracy\ngroup:8     9.0 %\n");
  }

  @Test
  void of_runWithBothStatistics_hasAColumnForTheOther() {
    RunResult run = Samples.both("local", 0.49, 0.61, List.of());

    List<String> lines = TextTable.of(Samples.report(List.of(run))).toString().lines().toList();

    assertThat(lines.get(0)).contains("accuracy  precise  ");
    assertThat(lines.get(1).split("\\s{2,}")).contains("49.0 %", "61.0 %");
  }

  @Test
  void of_run_sumsItsEpochs() {
    RunResult run = Samples.run("sync", "small", Shards.SHUFFLED, 2, 0.84);

    String row = TextTable.of(Samples.report(List.of(run))).toString().lines().toList().get(1);

    assertThat(row.split("\\s{2,}"))
        .containsExactly("sync", "shuffled", "2", "84.0 %", "0.160", "1,500", "25.0 %", "0.4");
  }
}
