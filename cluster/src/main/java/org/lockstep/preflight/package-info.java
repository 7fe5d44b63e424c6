/**
 * What can be known before workers start. Enters: a JVM, a machine, options; leaves: {@link
 * org.lockstep.preflight.Finding}s, each with the setting to change and the value to give. Start
 * with {@link org.lockstep.preflight.MachineChecks}, the checks for workers on this machine; those
 * of a Spark cluster are {@code org.lockstep.spark}'s and build on the same facts.
 */
@NullMarked
package org.lockstep.preflight;

import org.jspecify.annotations.NullMarked;
