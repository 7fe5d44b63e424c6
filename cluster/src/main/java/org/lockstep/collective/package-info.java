/**
 * Algorithms over connections. Enters: flat buffers of one rank; leaves: the same buffers holding
 * what all ranks computed together, with the same bits on every rank. Start with {@link
 * org.lockstep.collective.NettyCommunicator}.
 */
@NullMarked
package org.lockstep.collective;

import org.jspecify.annotations.NullMarked;
