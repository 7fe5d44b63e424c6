package org.lockstep.spark;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;
import org.lockstep.comm.Traffic;
import org.lockstep.train.TrainListener;

/**
 * What the ranks of a barrier stage have done in training, as named accumulators: Spark shows each
 * task's and the stage's, as soon as the tasks have ended. Those of a task that fails count
 * nothing.
 *
 * @param steps made, by each rank
 * @param images trained on
 * @param waitedNanos for collectives
 * @param bytesSent payload and headers
 */
record StageCounters(
    LongAccumulator steps,
    LongAccumulator images,
    LongAccumulator waitedNanos,
    LongAccumulator bytesSent)
    implements TrainListener, Serializable {

  static StageCounters of(SparkContext spark) {
    return new StageCounters(
        spark.longAccumulator("lockstep.steps"),
        spark.longAccumulator("lockstep.images"),
        spark.longAccumulator("lockstep.waitedNanos"),
        spark.longAccumulator("lockstep.bytesSent"));
  }

  @Override
  public void onStretch(int count, long trained, Traffic traffic) {
    steps.add(count);
    images.add(trained);
    waitedNanos.add(traffic.nanosWaited());
    bytesSent.add(traffic.bytesSent());
  }
}
