package org.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Shape;

@Timeout(60)
class SampleFeedTest {
  private static final Shape SHAPE = new Shape(1, 2, 1);

  @TempDir Path directory;

  /** Sample i is (i, -i) with label i % 7. */
  private SampleStore samples(int size, long heapLimit) {
    SampleStore store = new SampleStore(2, heapLimit, directory);
    IntStream.range(0, size).forEach(i -> store.add(new float[] {i, -i}, i % 7));
    return store;
  }

  @Test
  void batch_ofEveryStep_takesEachSampleOnceInAnOrderOfTheEpoch() {
    try (SampleStore store = samples(11, 1000);
        SampleFeed feed =
            new SampleFeed(store, SHAPE, new int[] {3, 11}, 1, 4, 5, Augmentation.NONE)) {
      assertThat(feed.stepsPerEpoch()).isEqualTo(3);
      List<Integer> first = epoch(feed, 0);
      List<Integer> second = epoch(feed, 1);
      assertThat(first).containsExactlyInAnyOrderElementsOf(range(11));
      assertThat(second).containsExactlyInAnyOrderElementsOf(range(11)).isNotEqualTo(first);
      assertThat(epoch(feed, 0)).isEqualTo(first);
    }
  }

  @Test
  void batch_ofSamplesThatCameInAnotherOrder_isTheSame() {
    try (SampleStore forth = samples(11, 1000);
        SampleStore back = new SampleStore(2, 1000, directory);
        SampleFeed first =
            new SampleFeed(forth, SHAPE, new int[] {11}, 0, 4, 5, Augmentation.NONE);
        SampleFeed second =
            new SampleFeed(reversed(back, 11), SHAPE, new int[] {11}, 0, 4, 5, Augmentation.NONE)) {
      assertThat(epoch(second, 0)).isEqualTo(epoch(first, 0));
      assertThat(epoch(second, 1)).isEqualTo(epoch(first, 1));
    }
  }

  /** Mirrored, sample i is (-i, i). */
  @Test
  void batch_augmented_dependsOnWhatASampleHoldsAndNotOnItsPlace() {
    Augmentation flip = new Augmentation(true, 0);
    try (SampleStore forth = samples(11, 1000);
        SampleStore back = new SampleStore(2, 1000, directory);
        SampleFeed first = new SampleFeed(forth, SHAPE, new int[] {11}, 0, 4, 5, flip);
        SampleFeed second =
            new SampleFeed(reversed(back, 11), SHAPE, new int[] {7, 11}, 1, 3, 5, flip)) {
      Set<Float> seen = leftValues(first, 1);
      assertThat(seen).hasSize(11).anyMatch(value -> value < 0).anyMatch(value -> value > 0);
      assertThat(leftValues(second, 1)).isEqualTo(seen);
      assertThat(leftValues(first, 2)).isNotEqualTo(seen);
    }
  }

  private static Set<Float> leftValues(SampleFeed feed, int epoch) {
    Set<Float> values = new HashSet<>();
    for (int step = 0; step < feed.stepsPerEpoch(); step++) {
      MiniBatch batch = feed.batch(epoch, step);
      float[] floats = batch.features().data().asFloat();
      IntStream.range(0, batch.size()).forEach(i -> values.add(floats[2 * i]));
    }
    return values;
  }

  private static SampleStore reversed(SampleStore store, int size) {
    IntStream.range(0, size)
        .map(i -> size - 1 - i)
        .forEach(i -> store.add(new float[] {i, -i}, i % 7));
    return store;
  }

  @Test
  void batch_ofRanksThatRanOut_isEmptyAndCountsTheOthers() {
    try (SampleStore none = samples(0, 1000);
        SampleFeed feed =
            new SampleFeed(none, SHAPE, new int[] {0, 5, 2}, 0, 2, 1, Augmentation.NONE)) {
      assertThat(feed.stepsPerEpoch()).isEqualTo(3);
      assertThat(IntStream.range(0, 3).map(step -> feed.batch(0, step).globalSize()))
          .containsExactly(4, 2, 1);
      assertThat(feed.batch(0, 1).size()).isZero();
      assertThat(feed.batch(0, 1).features().shape()).containsExactly(0, 1, 2, 1);
    }
  }

  @Test
  void of_noSamplesAtAll_isRefused() {
    try (SampleStore none = samples(0, 1000)) {
      assertThatThrownBy(
              () ->
                  new SampleFeed(none, SHAPE, new int[] {0, 0}, 0, 2, 1, Augmentation.NONE).close())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("expected at least one sample, found none");
    }
  }

  /** Chunks are of 524 288 samples of two values. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 5 << 20, 1L << 40})
  void copy_beyondTheHeapLimit_readsTheFile(long heapLimit) throws IOException {
    int size = 1_200_000;
    try (SampleStore store = samples(size, heapLimit)) {
      float[] sample = new float[2];
      for (int i : new int[] {0, 524_287, 524_288, 1_048_575, 1_048_576, size - 1}) {
        store.copy(i, sample);
        assertThat(sample).containsExactly(i, -i);
        assertThat(store.label(i)).isEqualTo(i % 7);
      }
      long chunk = 4 << 20;
      long onHeap = Math.min(2, (heapLimit + chunk - 1) / chunk);
      assertThat(store.fileBytes()).isEqualTo((2 - onHeap) * chunk);
      assertThat(store.heapBytes()).isEqualTo((onHeap + 1) * chunk);
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void close_ofAFile_letsGoOfIt() {
    SampleStore store = new SampleStore(2, 0, directory);
    IntStream.range(0, 1 << 19).forEach(i -> store.add(new float[] {i, -i}, 0));
    assertThat(store.fileBytes()).isPositive();
    store.close();
    assertThatThrownBy(() -> store.copy(0, new float[2]))
        .hasCauseInstanceOf(ClosedChannelException.class);
  }

  @Test
  void add_otherNumberOfValues_isRefused() {
    try (SampleStore store = samples(3, 1000)) {
      assertThatThrownBy(() -> store.add(new float[3], 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("sample 3: expected 2 values, found 3");
    }
  }

  private static List<Integer> epoch(SampleFeed feed, int epoch) {
    List<Integer> taken = new ArrayList<>();
    for (int step = 0; step < feed.stepsPerEpoch(); step++) {
      MiniBatch batch = feed.batch(epoch, step);
      for (int i = 0; i < batch.size(); i++) {
        int sample = (int) HostMemory.floats(batch.features()).get(2 * i);
        assertThat(HostMemory.floats(batch.features()).get(2 * i + 1)).isEqualTo(-sample);
        assertThat(batch.labels()[i]).isEqualTo(sample % 7);
        taken.add(sample);
      }
    }
    return taken;
  }

  private static List<Integer> range(int size) {
    return IntStream.range(0, size).boxed().toList();
  }
}
