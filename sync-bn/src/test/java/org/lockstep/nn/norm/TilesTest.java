package org.lockstep.nn.norm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TilesTest {
  @ParameterizedTest
  @CsvSource({"1, 1024", "3, 768", "512, 1024", "700, 700", "1024, 1024", "2000, 2000"})
  void length_ofAChunk_isTheMostWholeRowsThatFitByAPowerOfTwo(int channels, int length) {
    assertThat(new Tiles(channels).length()).isEqualTo(length);
  }

  @ParameterizedTest
  @CsvSource({"1, 16", "3, 48", "16, 16", "20, 80", "50, 400", "64, 64", "72, 144"})
  void ofVectors_ofSixteenLanes_isTheLeastCommonMultiple(int channels, int length) {
    assertThat(Tiles.ofVectors(channels, 16).length()).isEqualTo(length);
  }

  @Test
  void fill_uptoALimit_repeatsTheRowAndStopsThere() {
    float[] tile = {1, 2, 0, 0, 0, 0, 0, 0};
    new Tiles(2, 8).fill(tile, 5);
    assertThat(tile).containsExactly(1, 2, 1, 2, 1, 0, 0, 0);
  }

  @Test
  void limit_ofRows_isTheirValuesOrAChunk() {
    Tiles tiles = new Tiles(2, 8);
    assertThat(tiles.limit(3)).isEqualTo(6);
    assertThat(tiles.limit(Integer.MAX_VALUE)).isEqualTo(8);
  }

  @Test
  void fold_ofAccumulators_leavesTheSumsInFront() {
    float[] accumulators = {1, 10, 2, 20, 3, 30, 4, 40};
    new Tiles(2, 8).fold(accumulators, new float[8]);
    assertThat(accumulators).startsWith(1 + 2 + 3 + 4, 10 + 20 + 30 + 40);
  }
}
