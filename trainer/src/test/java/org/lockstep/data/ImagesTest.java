package org.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lockstep.nn.Shape;

class ImagesTest {
  private static final Shape PIXEL = new Shape(1, 1, 1);

  @Test
  void create_missingPixels_isRefused() {
    assertThatThrownBy(() -> new Images(new Shape(2, 2, 3), new byte[23], new byte[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected 24 pixels for 2 images of 2x2x3, found 23");
  }

  @Test
  void label_above127_isUnsigned() {
    assertThat(new Images(PIXEL, new byte[1], new byte[] {(byte) 200}).label(0)).isEqualTo(200);
  }

  @Test
  void concat_twoParts_keepsTheirOrder() {
    Images all =
        Images.concat(
            List.of(
                new Images(PIXEL, new byte[] {1, 2}, new byte[] {3, 4}),
                new Images(PIXEL, new byte[] {5}, new byte[] {6})));
    assertThat(all.pixels()).containsExactly(1, 2, 5);
    assertThat(all.label(2)).isEqualTo(6);
  }

  @Test
  void dataset_labelBeyondItsClasses_isRefused() {
    Images two = new Images(PIXEL, new byte[2], new byte[] {1, 2});
    Images one = new Images(PIXEL, new byte[1], new byte[] {0});
    assertThatThrownBy(() -> new Dataset("mine", PIXEL, 2, two, one))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mine: expected labels 0 to 1, found 2 at training image 1");
  }

  @Test
  void dataset_withoutTestImages_isRefused() {
    Images one = new Images(PIXEL, new byte[1], new byte[] {0});
    assertThatThrownBy(() -> new Dataset("mine", PIXEL, 2, one, one.first(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mine: expected at least one test image of 1x1x1, found 0 of 1x1x1");
  }
}
