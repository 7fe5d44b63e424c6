/**
 * How the ranks of a job find each other, get their work and learn of each other's end. Enters: a
 * world size and tasks; leaves: every rank's result, or the one failure that made the job fail.
 * Start with {@link org.lockstep.rendezvous.Coordinator} and, on the workers' side, {@link
 * org.lockstep.rendezvous.Member}.
 */
@NullMarked
package org.lockstep.rendezvous;

import org.jspecify.annotations.NullMarked;
