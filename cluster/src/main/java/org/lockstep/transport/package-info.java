/**
 * Bytes between two processes; the only room that knows Netty. Enters: addresses, a {@link
 * org.lockstep.transport.JobKey}, frames; leaves: the same frames on the other side, or one clear
 * error. Control messages: start with {@link org.lockstep.transport.ControlServer}.
 */
@NullMarked
package org.lockstep.transport;

import org.jspecify.annotations.NullMarked;
