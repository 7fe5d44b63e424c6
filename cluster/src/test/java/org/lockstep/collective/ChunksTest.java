package org.lockstep.collective;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ChunksTest {
  @Property
  void chunks_anyRange_coverItInOrderAndDifferByOneAtMost(
      @ForAll @IntRange(max = 100) int offset,
      @ForAll @IntRange(max = 10_000) int length,
      @ForAll @IntRange(min = 1, max = 40) int count) {
    Chunks chunks = new Chunks(offset, length, count);
    int end = offset;
    for (int i = 0; i < count; i++) {
      assertThat(chunks.start(i)).isEqualTo(end);
      assertThat(chunks.size(i)).isBetween(length / count, length / count + 1);
      end += chunks.size(i);
    }
    assertThat(end).isEqualTo(offset + length);
  }
}
