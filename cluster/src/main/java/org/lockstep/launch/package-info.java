/**
 * Local worker processes, one JVM a rank. Enters: {@link org.lockstep.launch.WorkerTask}s; leaves:
 * their results, and no process. Start with {@code LocalCluster}.
 */
@NullMarked
package org.lockstep.launch;

import org.jspecify.annotations.NullMarked;
