package org.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResamplingTest {
  private static final int HEIGHT = 5;
  private static final int WIDTH = 7;

  /** Pillow 12.3: {@code Image.fromarray(a).resize((width, height), Image.BILINEAR)}. */
  @ParameterizedTest
  @CsvSource({
    "3, 4, 20 78 146 204 25 83 151 209 30 88 156 214",
    "1, 1, 117",
    "2, 10, 3 23 49 75 101 127 153 179 205 225 9 29 55 81 107 133 159 185 211 231",
  })
  void resize_toAnySize_isWhatPillowMakes(int height, int width, String expected) {
    assertClose(resize(pattern(), height, width), expected);
  }

  @Test
  void resize_sameSize_changesNothing() {
    assertThat(Resampling.resize(pattern(), HEIGHT, WIDTH, 1, HEIGHT, WIDTH)).isEqualTo(pattern());
  }

  @Test
  void resize_larger_interpolatesBetweenNeighbours() {
    byte[] resized = Resampling.resize(new byte[] {0, 100}, 1, 2, 1, 1, 4);
    assertThat(resized).containsExactly(0, 25, 75, 100);
  }

  @Test
  void resize_colours_areScaledEachByItself() {
    byte[] image = {0, 10, 20, 100, 10, 40};
    byte[] resized = Resampling.resize(image, 1, 2, 3, 2, 1);
    assertThat(resized).containsExactly(50, 10, 30, 50, 10, 30);
  }

  private static int[] resize(byte[] image, int height, int width) {
    return unsigned(Resampling.resize(image, HEIGHT, WIDTH, 1, height, width));
  }

  /** Pillow rounds the rows before it scales the columns. */
  private static void assertClose(int[] found, String expected) {
    int[] numbers = Stream.of(expected.split(" ")).mapToInt(Integer::parseInt).toArray();
    assertThat(found).hasSameSizeAs(numbers);
    for (int i = 0; i < numbers.length; i++) {
      assertThat(found[i]).as("pixel %d", i).isCloseTo(numbers[i], within(1));
    }
  }

  private static byte[] pattern() {
    byte[] pixels = new byte[HEIGHT * WIDTH];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i * 37);
    }
    return pixels;
  }

  static int[] unsigned(byte[] bytes) {
    int[] values = new int[bytes.length];
    Arrays.setAll(values, i -> Byte.toUnsignedInt(bytes[i]));
    return values;
  }
}
