package org.lockstep.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lockstep.train.EpochMetrics;
import org.lockstep.train.TrainConfig;

class LineProgressTest {
  @Test
  void show_stepsAndAnEpoch_isOneLine() {
    StringWriter err = new StringWriter();
    EpochMetrics metrics =
        new EpochMetrics(2, 0.5, 0.6, 0.814, null, 3, 1520.4, 1, 1000, List.of(), List.of());

    try (Progress progress = new LineProgress(TrainConfig.DEFAULT, new PrintWriter(err))) {
      progress.onStep(2, 10, 20);
      progress.onEpoch(metrics);
    }

    assertThat(err.toString().lines())
        .containsExactly(
            "sync     shuffled batch 2  epoch 2/3: loss 0.500, accuracy 81.4 %, 1,520 images/s");
  }
}
