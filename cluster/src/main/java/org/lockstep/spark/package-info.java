/**
 * Workers on a Spark cluster, one barrier task a rank, and the driver that tells them what to do.
 * Enters: a Spark context and {@link org.lockstep.launch.WorkerTask}s, perhaps a DataFrame or an
 * RDD; leaves: their results. Start with {@code SparkLauncher}, or for data of Spark's with {@code
 * SparkTrainer}. {@code Doctor} says what keeps them from running: {@code SettingsChecks} look at
 * the configuration, {@code ExecutorChecks} at what {@code ProbeTask}s report. {@code
 * TrainingSource}, {@code TrainingEvent} and {@code StageCounters} show runs in Spark's own places.
 * Only this package and {@code spark.ml} import Spark.
 */
@NullMarked
package org.lockstep.spark;

import org.jspecify.annotations.NullMarked;
