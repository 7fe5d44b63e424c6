/**
 * The training loop. Enters: a {@link org.lockstep.train.TrainConfig} and a {@link
 * org.lockstep.comm.Communicator}; leaves: {@link org.lockstep.train.EpochMetrics} per epoch and a
 * {@link org.lockstep.train.RunResult}. Start with {@code Trainer.fit}.
 */
@NullMarked
package org.lockstep.train;

import org.jspecify.annotations.NullMarked;
