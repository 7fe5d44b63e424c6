/**
 * What a rank may ask of the others. Enters: flat primitive buffers of one rank; leaves: the same
 * buffers holding what the collective computed over all ranks. Start with {@link
 * org.lockstep.comm.Communicator}; {@link org.lockstep.comm.InProcessGroup} implements it between
 * the threads of one JVM, the {@code collective} room of the cluster module over Netty.
 */
@NullMarked
package org.lockstep.comm;

import org.jspecify.annotations.NullMarked;
