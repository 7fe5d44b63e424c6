/**
 * Workers on a Spark cluster, one barrier task a rank, and the driver that tells them what to do.
 * Enters: a Spark context and {@link org.lockstep.launch.WorkerTask}s; leaves: their results. Start
 * with {@code SparkCluster}. {@code Doctor} says what keeps them from running: {@code
 * SettingsChecks} look at the configuration, {@code ExecutorChecks} at what {@code ProbeTask}s
 * report. The only package that imports Spark.
 */
@NullMarked
package org.lockstep.spark;

import org.jspecify.annotations.NullMarked;
