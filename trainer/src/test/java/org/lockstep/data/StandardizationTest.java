package org.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.lockstep.nn.Shape;

class StandardizationTest {
  private static final Offset<Double> ROUNDING = within(1e-6);

  @Test
  void of_randomImages_givesMean0AndDeviation1PerChannel() {
    int channels = 3;
    byte[] pixels = new byte[50 * 4 * channels];
    new Random(1).nextBytes(pixels);
    for (int i = 2; i < pixels.length; i += channels) {
      pixels[i] = (byte) (250 + (pixels[i] & 3)); // a bright channel that varies little
    }
    Images images = new Images(new Shape(2, 2, channels), pixels, new byte[50]);
    float[][] table = Standardization.of(images).table();
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      double squares = 0;
      int count = pixels.length / channels;
      for (int i = c; i < pixels.length; i += channels) {
        double value = table[c][pixels[i] & 0xff];
        sum += value;
        squares += value * value;
      }
      assertThat(sum / count).as("mean of channel %d", c).isCloseTo(0, ROUNDING);
      assertThat(squares / count).as("variance of channel %d", c).isCloseTo(1, ROUNDING);
    }
  }

  @Test
  void of_twoValues_hasTheirMeanAndHalfTheirDistance() {
    Images images = new Images(new Shape(1, 2, 1), new byte[] {(byte) 200, 100}, new byte[1]);
    Standardization standardization = Standardization.of(images);
    assertThat(standardization.mean(0)).isEqualTo((200 + 100) / 2.0);
    assertThat(standardization.deviation(0)).isEqualTo((200 - 100) / 2.0);
  }

  @Test
  void of_constantChannel_becomesZero() {
    Images images = new Images(new Shape(1, 2, 1), new byte[] {9, 9}, new byte[1]);
    assertThat(Standardization.of(images).table()[0][9]).isZero();
    assertThat(Standardization.of(images).deviation(0)).isEqualTo(1);
  }
}
