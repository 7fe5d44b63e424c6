package org.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.nn.Shape;

class AugmentationTest {
  @ParameterizedTest
  @CsvSource({
    "none, false, 0",
    "flip, true, 0",
    "crop:4, false, 4",
    "'flip,crop:12', true, 12",
  })
  void parse_knownText_isWrittenBack(String text, boolean flip, int crop) {
    Augmentation read = Augmentation.parse(text);
    assertThat(read).isEqualTo(new Augmentation(flip, crop)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "crop", "crop:0", "crop:-1", "crop:4,flip", "flip,flip", "rotate"})
  void parse_anythingElse_isRefused(String text) {
    assertThatThrownBy(() -> Augmentation.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("augment: expected ")
        .hasMessageContaining(text);
  }

  @Test
  void check_cropOfTheWholeImage_isRefused() {
    Shape shape = new Shape(9, 5, 1);
    new Augmentation(true, 4).check(shape);
    assertThatThrownBy(() -> new Augmentation(true, 5).check(shape))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("augment: expected a crop below the size of the images, 9x5x1, found 5");
  }
}
