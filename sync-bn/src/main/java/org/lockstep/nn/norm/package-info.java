/**
 * The mathematics of normalization. Enters: a rank's shard of the activations and the {@link
 * org.lockstep.comm.Communicator} of the ranks that share statistics; leaves: activations
 * normalized with the statistics of that whole group. Start with {@link
 * org.lockstep.nn.norm.NormSpec}, then {@code BatchNorm}.
 */
@NullMarked
package org.lockstep.nn.norm;

import org.jspecify.annotations.NullMarked;
