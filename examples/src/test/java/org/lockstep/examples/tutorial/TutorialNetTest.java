package org.lockstep.examples.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lockstep.examples.report.FigurePage;

class TutorialNetTest {
  private final List<String> lines = new ArrayList<>();
  private final FigurePage page = TutorialNet.page(Studies.small(lines::add));

  @Test
  void page_weightsOfDeviationOneNeverStepped_staysAtAHighLoss() {
    List<Double> losses =
        Studies.values(page, "Loss after each epoch", "deviation 1, never stepped");

    assertThat(losses).hasSize(2).allMatch(loss -> loss > 50);
  }

  @Test
  void page_uniformWeightsStepped_learns() {
    List<Double> losses = Studies.values(page, "Loss after each epoch", "uniform ±1/√n");

    assertThat(losses.get(1)).isLessThan(losses.get(0)).isLessThan(2.3);
  }

  @Test
  void page_sweep_hasEveryRateWithAndWithout() {
    assertThat(Studies.values(page, "Accuracy after the last epoch", "with batch norm")).hasSize(8);
    assertThat(Studies.line(page, "Accuracy after the last epoch", "without").points())
        .extracting("x")
        .contains(0.003, 3.0);
    assertThat(lines).hasSize(3 + 2 * 8);
  }
}
