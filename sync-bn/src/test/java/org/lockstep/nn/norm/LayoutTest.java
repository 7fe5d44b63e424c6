package org.lockstep.nn.norm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LayoutTest {
  /** An array of any size, all of whose elements are the same number in memory. */
  private static INDArray repeated(long... shape) {
    return Nd4j.create(Precision.FLOAT32.allocate(1).data(), shape, new long[shape.length], 0, 'c');
  }

  @Test
  void check_ofMoreValuesThanKernelsCount_isRefused() {
    assertThatCode(() -> Layout.CHANNELS_LAST.check("bn1", repeated(1 << 13, 1 << 10, 32), 32))
        .doesNotThrowAnyException();
    assertThatThrownBy(
            () -> Layout.CHANNELS_LAST.check("bn1", repeated((1 << 13) + 1, 1 << 10, 32), 32))
        .hasMessage("bn1: expected a batch of at most 268435456 values, found [8193, 1024, 32]");
  }

  @Test
  void check_ofRank_allowsUpToThreeAxesOfSpace() {
    for (Layout layout : Layout.values()) {
      assertThatCode(() -> layout.check("bn1", Precision.FLOAT32.allocate(2, 2, 2, 2, 2), 2))
          .doesNotThrowAnyException();
      assertThatThrownBy(() -> layout.check("bn1", Precision.FLOAT32.allocate(2, 2, 2, 2, 2, 2), 2))
          .hasMessageContaining("up to three axes of space, found [2, 2, 2, 2, 2, 2]");
    }
  }

  @Test
  void channelsLast_ofChannelsFirst_movesTheSecondAxisToTheEnd() {
    INDArray array = Precision.FLOAT32.allocate(2, 3, 4, 5, 6);
    assertThat(Layout.CHANNELS_FIRST.channelsLast(array).shape()).containsExactly(2, 4, 5, 6, 3);
    assertThat(Layout.CHANNELS_LAST.channelsLast(array)).isSameAs(array);
  }
}
