/**
 * Workers on a Spark cluster, one barrier task a rank, and the driver that tells them what to do.
 * Enters: a Spark context and {@link org.lockstep.launch.WorkerTask}s; leaves: their results. Start
 * with {@code SparkCluster}. The only package that imports Spark.
 */
@NullMarked
package org.lockstep.spark;

import org.jspecify.annotations.NullMarked;
