package org.lockstep.spark;

import java.io.Serializable;
import java.nio.file.Path;
import org.apache.spark.HashPartitioner;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.lockstep.data.SampleStore;
import org.lockstep.data.SplitMix64;
import org.lockstep.launch.TaskJson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;
import scala.collection.Iterator;

/**
 * Samples of an RDD, which a rank keeps on its executor while it trains: {@code
 * spark.lockstep.shardMemory} of them on the heap, the rest in a file in Spark's local directory.
 */
final class SampleInput implements RankInput<Sample> {
  private static final Logger log = LoggerFactory.getLogger(SampleInput.class);
  private static final String SHARD_MEMORY = "spark.lockstep.shardMemory";
  private static final String DEFAULT_SHARD_MEMORY = "256m";

  private final JavaRDD<Sample> samples;
  private final int values;
  private final int classes;

  /**
   * @param samples whose partitions are taken as they are where there is one for each worker, and
   *     whose samples are dealt else
   * @param values of a sample
   * @param classes labels are 0 to below this
   */
  SampleInput(JavaRDD<Sample> samples, int values, int classes) {
    this.samples = samples;
    this.values = values;
    this.classes = classes;
  }

  @Override
  public JavaRDD<Sample> partitions(JavaSparkContext context, int workers) {
    JavaRDD<Sample> dealt = samples.getNumPartitions() == workers ? samples : deal(workers);
    // Has shuffles done before ranks are started, who wait for each other only so long.
    dealt.foreachPartition(unread -> {});
    return dealt;
  }

  private JavaRDD<Sample> deal(int workers) {
    return samples
        .zipWithIndex()
        .mapToPair(sample -> new Tuple2<>(rank(sample._2, workers), sample._1))
        .partitionBy(new HashPartitioner(workers))
        .values();
  }

  /**
   * Who gets a sample. Of every so many samples as there are workers each of them gets one, and not
   * always the same one, lest a worker see only one class of samples whose classes take turns.
   */
  private static int rank(long index, int workers) {
    long fraction = ((index / workers) * SplitMix64.GAMMA) >>> Integer.SIZE;
    long turn = (fraction * workers) >>> Integer.SIZE;
    return (int) ((index + turn) % workers);
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
        } catch (Throwable e) { // Scala, and so Spark, throws checked exceptions undeclared.
          if (TaskContext.get().isInterrupted()) {
            throw e; // Spark has ended the stage, and tells the driver why.
          }
          shard.fail(e);
        }
      };
    }

    private SampleStore read(Iterator<Sample> partition) {
      SparkEnv env = SparkEnv.get();
      long limit = env.conf().getSizeAsBytes(SHARD_MEMORY, DEFAULT_SHARD_MEMORY);
      Path local = env.blockManager().diskBlockManager().localDirs()[0].toPath();
      SampleStore store = new SampleStore(values, limit, local);
      boolean whole = false;
      try {
        fill(store, partition);
        whole = true;
      } finally {
        if (!whole) {
          store.close();
        }
      }
      log.info(
          "This rank has {} samples: {} bytes on the heap, {} in a file",
          store.size(),
          store.heapBytes(),
          store.fileBytes());
      return store;
    }

    private void fill(SampleStore store, Iterator<Sample> partition) {
      while (partition.hasNext()) {
        Sample sample = partition.next();
        if (sample.label() < 0 || sample.label() >= classes) {
          throw new IllegalArgumentException(
              "expected labels 0 to %d, found %d at sample %d"
                  .formatted(classes - 1, sample.label(), store.size()));
        }
        store.add(sample.values(), sample.label());
      }
    }
  }
}
