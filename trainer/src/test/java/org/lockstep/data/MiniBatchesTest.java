package org.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lockstep.nn.Shape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class MiniBatchesTest {
  private static final int HEIGHT = 2;
  private static final int WIDTH = 3;
  private static final int CHANNELS = 2;
  private static final int IMAGE = HEIGHT * WIDTH * CHANNELS;
  private static final int[] ORDER = {4, 1, 3, 0, 2};

  private final Images images = images();
  private final Standardization standardization = Standardization.of(images);
  private final MiniBatches batches = new MiniBatches(images, standardization);

  @AfterEach
  void close() {
    batches.close();
  }

  @Test
  void load_someImages_areStandardizedInTheirOrder() {
    MiniBatch batch = batches.load(new BatchIndices(ORDER, 1, 3, 5));
    assertThat(batch.size()).isEqualTo(3);
    assertThat(batch.globalSize()).isEqualTo(5);
    assertThat(batch.labels()).containsExactly(1, 3, 0);
    assertThat(batch.features().shape()).containsExactly(3, HEIGHT, WIDTH, CHANNELS);
    assertThat(batch.features().dataType()).isEqualTo(DataType.FLOAT);
    for (int n = 0; n < 3; n++) {
      for (int i = 0; i < IMAGE; i++) {
        int c = i % CHANNELS;
        double expected =
            (pixel(ORDER[1 + n], i) - standardization.mean(c)) / standardization.deviation(c);
        float found = batch.features().getFloat(n, i / CHANNELS / WIDTH, i / CHANNELS % WIDTH, c);
        assertThat(found).isEqualTo((float) expected);
      }
    }
  }

  @Test
  void load_noImages_keepsTheShape() {
    MiniBatch batch = batches.load(new BatchIndices(ORDER, 5, 0, 7));
    assertThat(batch.features().isEmpty()).isTrue();
    assertThat(batch.features().shape()).containsExactly(0, HEIGHT, WIDTH, CHANNELS);
    assertThat(batch.labels()).isEmpty();
    assertThat(batch.globalSize()).isEqualTo(7);
  }

  @Test
  void load_sameSizeAgain_reusesItsMemory() {
    MiniBatch first = batches.load(new BatchIndices(ORDER, 0, 2, 4));
    MiniBatch other = batches.load(new BatchIndices(ORDER, 2, 1, 4));
    MiniBatch again = batches.load(new BatchIndices(ORDER, 2, 2, 4));
    assertThat(again.features()).isSameAs(first.features());
    assertThat(again.labels()).isSameAs(first.labels());
    assertThat(other.features()).isNotSameAs(first.features());
    assertThat(again.labels()).containsExactly(ORDER[2], ORDER[3]);
  }

  @Test
  void close_afterLoad_freesTheArraysOfEverySize() {
    INDArray one = batches.load(new BatchIndices(ORDER, 0, 1, 4)).features();
    INDArray two = batches.load(new BatchIndices(ORDER, 0, 2, 4)).features();
    batches.load(new BatchIndices(ORDER, 0, 0, 4));
    batches.close();
    assertThat(one.wasClosed()).isTrue();
    assertThat(two.wasClosed()).isTrue();
  }

  @Test
  void create_standardizationOfOtherChannels_isRefused() {
    Images grey = new Images(new Shape(1, 1, 1), new byte[1], new byte[1]);
    assertThatThrownBy(() -> new MiniBatches(grey, standardization))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 channels, found one of 2");
  }

  /** Image n has label n. */
  private static Images images() {
    int size = ORDER.length;
    byte[] pixels = new byte[size * IMAGE];
    byte[] labels = new byte[size];
    for (int n = 0; n < size; n++) {
      labels[n] = (byte) n;
      for (int i = 0; i < IMAGE; i++) {
        pixels[n * IMAGE + i] = (byte) pixel(n, i);
      }
    }
    return new Images(new Shape(HEIGHT, WIDTH, CHANNELS), pixels, labels);
  }

  private static int pixel(int image, int position) {
    return (53 * image + 31 * position) % 256;
  }
}
