package org.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.launch.TaskJson;
import scala.jdk.javaapi.CollectionConverters;

/** In a local application whose ranks may keep next to nothing on the heap. */
@Timeout(120)
class SampleInputTest {
  private static final JavaSparkContext context =
      new JavaSparkContext(
          new SparkConf()
              .setMaster("local[2]")
              .setAppName("samples")
              .set("spark.ui.enabled", "false")
              .set("spark.driver.host", "127.0.0.1")
              .set("spark.lockstep.shardMemory", "1b"));

  @AfterAll
  static void stop() {
    context.close();
  }

  /** Three classes that take turns, which is where dealing in turn would go wrong for three. */
  @ParameterizedTest
  @CsvSource({"21, 2", "20, 3", "100, 3", "5, 7"})
  void partitions_ofAnotherNumber_areEvenAndOfAllClasses(int size, int workers) {
    List<Sample> samples =
        IntStream.range(0, size).mapToObj(i -> new Sample(new float[] {i}, i % 3)).toList();
    List<List<Sample>> shards =
        new SampleInput(context.parallelize(samples, 6), 1, 3)
            .partitions(context, workers)
            .glom()
            .collect();
    assertThat(shards).hasSize(workers);
    for (List<Sample> shard : shards) {
      assertThat(shard.size()).isBetween(size / workers, size / workers + 1);
      assertThat(shard.stream().map(Sample::label).distinct()).hasSize(Math.min(3, shard.size()));
    }
    assertThat(shards.stream().flatMap(List::stream).map(sample -> (int) sample.values()[0]))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, size).boxed().toList());
  }

  /** A sample of 4 MiB is a chunk: the first one may stay. */
  @Test
  void read_beyondShardMemory_writesAFile() throws Exception {
    int values = 1 << 20;
    Stream<Sample> three = IntStream.range(0, 3).mapToObj(i -> new Sample(new float[values], 0));
    try (TaskJson tasks = new TaskJson()) {
      new SampleInput(context.emptyRDD(), values, 1)
          .reader()
          .begin(CollectionConverters.asScala(three.iterator()), tasks)
          .run();
      String bytes =
          tasks.run(SpilledBytes.class.getName(), "{}", InProcessGroup.solo(), event -> {});
      assertThat(bytes).isEqualTo(String.valueOf(2L * values * Float.BYTES));
    }
  }
}
