/**
 * Bytes between two ranks; the only room that knows Netty. Enters: addresses, the job's secret,
 * messages and numbers; leaves: the same on the other side, or one clear error. Control messages
 * between the coordinator and the workers: start with {@link org.lockstep.transport.ControlServer}.
 * Numbers between the ranks: start with {@link org.lockstep.transport.Mesh}, then {@link
 * org.lockstep.transport.Lane}. Ranks in different processes are connected by sockets, ranks in one
 * process by memory; only {@code Assembly} knows which, and no bit of what is computed depends on
 * it.
 */
@NullMarked
package org.lockstep.transport;

import org.jspecify.annotations.NullMarked;
