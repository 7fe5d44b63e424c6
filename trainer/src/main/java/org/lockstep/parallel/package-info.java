/**
 * Gradients on their way. Enters: layers whose backward pass is done; leaves: the same layers'
 * gradients, summed over all ranks. Start with {@link org.lockstep.parallel.GradientBuckets}.
 */
@NullMarked
package org.lockstep.parallel;

import org.jspecify.annotations.NullMarked;
