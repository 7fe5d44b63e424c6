/**
 * The training loop. Enters: a {@link org.lockstep.train.TrainConfig} and a {@link
 * org.lockstep.comm.Communicator}; leaves: {@link org.lockstep.train.EpochMetrics} per epoch and a
 * {@link org.lockstep.train.RunResult}. Start with {@code EpochLoop}, which orders, and {@code
 * Trainer}, which does.
 */
@NullMarked
package org.lockstep.train;

import org.jspecify.annotations.NullMarked;
