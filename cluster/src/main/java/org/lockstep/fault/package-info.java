/**
 * Faults that a user asks for, to see what a run makes of them. Enters: {@link
 * org.lockstep.fault.FaultSpec}s, as text on the command line; leaves: on the rank they name, what
 * goes wrong at that point. Where none is asked for nothing of this room exists. Start with {@link
 * org.lockstep.fault.Faults}.
 */
@NullMarked
package org.lockstep.fault;

import org.jspecify.annotations.NullMarked;
