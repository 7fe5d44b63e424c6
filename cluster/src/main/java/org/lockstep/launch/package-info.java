/**
 * The driver's side of runs, and worker processes on this machine, one JVM a rank. Enters: {@link
 * org.lockstep.launch.WorkerTask}s; leaves: their results, and no process. {@code TrainingRun} is
 * one training run on any {@code Cluster}: start there. {@code LocalCluster} has the processes,
 * {@code ResilientCluster} starts lost ones again.
 */
@NullMarked
package org.lockstep.launch;

import org.jspecify.annotations.NullMarked;
