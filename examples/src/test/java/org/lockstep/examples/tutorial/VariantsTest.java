package org.lockstep.examples.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lockstep.examples.report.FigurePage;

class VariantsTest {
  private static final String MOMENTUM = "Test accuracy by weight of the old value";
  private static final String BRIGHTNESS = "Test accuracy by brightness";

  private final List<String> lines = new ArrayList<>();
  private final FigurePage page = Variants.page(Studies.small(lines::add));

  @Test
  void page_orderAndAffine_areOtherNetworks() {
    assertThat(Studies.values(page, "Training loss", "before"))
        .isNotEqualTo(Studies.values(page, "Training loss", "after"))
        .isEqualTo(Studies.values(page, "Training loss", "with scale and shift"))
        .isNotEqualTo(Studies.values(page, "Training loss", "without"));
  }

  @Test
  void page_momentum_changesEvaluationAlone() {
    List<String> losses =
        lines.stream().filter(line -> line.startsWith("weight of the old value")).toList();

    assertThat(losses).hasSize(2).doesNotHaveDuplicates();
    assertThat(Studies.values(page, MOMENTUM, "0.9"))
        .isEqualTo(Studies.values(page, "Test accuracy", "before"));
    assertThat(Studies.values(page, MOMENTUM, "0.99"))
        .isNotEqualTo(Studies.values(page, MOMENTUM, "0.5"));
    assertThat(Studies.values(page, MOMENTUM, "population")).hasSize(2);
  }

  @Test
  void page_brightness_keepsTheTestImagesWhereNothingIsAdded() {
    List<Double> running = Studies.values(page, BRIGHTNESS, "running");

    assertThat(running).hasSize(7);
    assertThat(running.get(3)).isEqualTo(Studies.values(page, "Test accuracy", "before").get(1));
    assertThat(Studies.values(page, BRIGHTNESS, "re-estimated")).isNotEqualTo(running);
  }
}
