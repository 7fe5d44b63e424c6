/**
 * From gradients to new parameters. Enters: summed gradients of the global mean loss; leaves:
 * updated parameters. Start with {@code Sgd}; {@link org.lockstep.optim.Schedule} gives its rate.
 */
@NullMarked
package org.lockstep.optim;

import org.jspecify.annotations.NullMarked;
