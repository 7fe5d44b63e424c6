/**
 * From files to mini-batches. Enters: the name of a data set, perhaps a directory; leaves: this
 * rank's {@code MiniBatch}es, standardized, channels last, in an order that depends on seed and
 * epoch alone. Start with {@code Datasets}, then {@code ShardedSampler}.
 */
@NullMarked
package org.lockstep.data;

import org.jspecify.annotations.NullMarked;
