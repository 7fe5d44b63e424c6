package org.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.lockstep.nn.Shape;

class EvaluationShardTest {
  @Property(tries = 300)
  void batches_ofAllRanks_areTheWholeSetInItsOrder(
      @ForAll @IntRange(min = 1, max = 100) int samples,
      @ForAll @IntRange(min = 1, max = 8) int worldSize,
      @ForAll @IntRange(min = 1, max = 40) int batch) {
    List<Integer> taken = new ArrayList<>();
    int steps = new EvaluationShard(images(samples), batch, 0, worldSize).steps();
    for (int rank = 0; rank < worldSize; rank++) {
      EvaluationShard shard = new EvaluationShard(images(samples), batch, rank, worldSize);
      assertThat(shard.steps()).isEqualTo(steps);
      for (int step = 0; step < steps; step++) {
        BatchIndices indices = shard.batch(step);
        assertThat(indices.size()).isBetween(0, batch);
        assertThat(indices.globalSize()).isEqualTo(samples);
        IntStream.range(0, indices.size()).map(indices::index).forEach(taken::add);
      }
    }
    assertThat(taken).isEqualTo(IntStream.range(0, samples).boxed().toList());
  }

  @Test
  void create_withoutImagesOrBatch_isRefused() {
    assertThatThrownBy(() -> new EvaluationShard(images(0), 1, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new EvaluationShard(images(1), 0, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Images images(int size) {
    return new Images(new Shape(1, 1, 1), new byte[size], new byte[size]);
  }
}
