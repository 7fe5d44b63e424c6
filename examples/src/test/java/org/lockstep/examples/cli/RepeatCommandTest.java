package org.lockstep.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.lockstep.data.Shards;
import org.lockstep.nn.Precision;
import org.lockstep.train.Statistics;
import org.lockstep.train.TrainConfig;

class RepeatCommandTest {
  @Test
  void compare_plan_namesEveryCombinationOnce() {
    List<TrainConfig> plan =
        List.of(
            config("local", Shards.SHUFFLED, null),
            config("group:8", Shards.SHUFFLED, null),
            config("local", Shards.BY_LABEL, null),
            config("group:8", Shards.BY_LABEL, null));

    assertThat(RepeatCommand.compare(plan, 8))
        .isEqualTo(
            "bin/lockstep compare --norms local,group:8 --shards shuffled,by-label --batch 2"
                + " --workers 8 --model small --data fashion-mini --limit 0 --epochs 3 --seed 1"
                + " --learning-rate 0.01 --momentum 0.9 --weight-decay 0.0 --nesterov"
                + " --schedule constant --statistics both --patience 0 --precision float32 --augment none");
  }

  @Test
  void batches_plan_namesEveryCombinationOnce() {
    List<TrainConfig> plan =
        List.of(config("local", Shards.SHUFFLED, null), config("sync", Shards.SHUFFLED, null));

    assertThat(RepeatCommand.batches(plan, 4))
        .startsWith("bin/lockstep example batches --norms local,sync --batch 2 --workers 4 ");
  }

  @Test
  void data_directory_isNamed() {
    assertThat(RepeatCommand.data("idx", "/it's", 7))
        .isEqualTo(" --data idx --data-dir '/it'\\''s' --limit 7");
  }

  @Test
  void train_directoryWithAQuoteAndABlank_isQuotedForTheShell() {
    assertThat(RepeatCommand.train(config("sync", Shards.SHUFFLED, "/it's here"), 2))
        .contains(" --data-dir '/it'\\''s here' ");
  }

  private static TrainConfig config(String norm, Shards shards, @Nullable String dataDir) {
    return new TrainConfig(
        "small",
        norm,
        "fashion-mini",
        dataDir,
        0,
        shards,
        2,
        3,
        1,
        0.01,
        0.9,
        0,
        true,
        "constant",
        Statistics.BOTH,
        0,
        Precision.FLOAT32,
        "none");
  }
}
