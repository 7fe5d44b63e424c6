package org.lockstep.spark;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.function.IntFunction;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.lockstep.data.SampleStore;
import org.lockstep.launch.TaskJson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.Iterator;

/**
 * Samples of an RDD, which a rank keeps on its executor while it trains: {@code
 * spark.lockstep.shardMemory} of them on the heap, the rest in a file in Spark's local directory.
 */
final class SampleInput implements RankInput<Sample> {
  private static final Logger log = LoggerFactory.getLogger(SampleInput.class);
  private static final String SHARD_MEMORY = "spark.lockstep.shardMemory";
  private static final String DEFAULT_SHARD_MEMORY = "256m";

  private final IntFunction<JavaRDD<Sample>> partitions;
  private final int values;
  private final int classes;

  /**
   * @param partitions the same samples in as many partitions as are asked for
   * @param values of a sample
   * @param classes labels are 0 to below this
   */
  SampleInput(IntFunction<JavaRDD<Sample>> partitions, int values, int classes) {
    this.partitions = partitions;
    this.values = values;
    this.classes = classes;
  }

  @Override
  public JavaRDD<Sample> partitions(JavaSparkContext context, int workers) {
    return partitions.apply(workers);
  }

  @Override
  public Reader<Sample> reader() {
    return new SampleReader(values, classes);
  }

  private record SampleReader(int values, int classes) implements Reader<Sample>, Serializable {
    @Override
    public Runnable begin(Iterator<Sample> partition, TaskJson tasks) {
      Shard shard = new Shard();
      tasks.keep(Shard.class, shard);
      return () -> {
        try {
          shard.complete(read(partition));
        } catch (RuntimeException | Error e) {
          shard.fail(e);
        }
      };
    }

    private SampleStore read(Iterator<Sample> partition) {
      SparkEnv env = SparkEnv.get();
      long limit = env.conf().getSizeAsBytes(SHARD_MEMORY, DEFAULT_SHARD_MEMORY);
      Path local = env.blockManager().diskBlockManager().localDirs()[0].toPath();
      SampleStore store = new SampleStore(values, limit, local);
      while (partition.hasNext()) {
        Sample sample = partition.next();
        if (sample.label() < 0 || sample.label() >= classes) {
          throw new IllegalArgumentException(
              "expected labels 0 to %d, found %d at sample %d"
                  .formatted(classes - 1, sample.label(), store.size()));
        }
        store.add(sample.values(), sample.label());
      }
      log.info(
          "This rank has {} samples: {} bytes on the heap, {} in a file",
          store.size(),
          store.heapBytes(),
          store.fileBytes());
      return store;
    }
  }
}
