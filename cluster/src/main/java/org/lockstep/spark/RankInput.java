package org.lockstep.spark;

import java.io.Serializable;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.lockstep.launch.TaskJson;
import scala.collection.Iterator;

/**
 * What the ranks start with: partition r of an RDD is rank r's.
 *
 * @param <T> an element of it
 */
interface RankInput<T> {
  /** An RDD of as many partitions as there are workers. */
  JavaRDD<T> partitions(JavaSparkContext context, int workers);

  /** What each task does with its partition. */
  Reader<T> reader();

  /** Reads a partition for the tasks of its rank. */
  interface Reader<T> extends Serializable {
    /**
     * Announces to the tasks what they will find.
     *
     * @return reads the partition, and tells failures to those who wait for it
     */
    Runnable begin(Iterator<T> partition, TaskJson tasks);
  }

  /** Nothing: the ranks find their data themselves. */
  static RankInput<Integer> none() {
    return new RankInput<>() {
      @Override
      public JavaRDD<Integer> partitions(JavaSparkContext context, int workers) {
        return context.parallelize(IntStream.range(0, workers).boxed().toList(), workers);
      }

      @Override
      public Reader<Integer> reader() {
        return (partition, tasks) -> () -> {};
      }
    };
  }
}
