/**
 * The command line. Enters: arguments; leaves: an exit code (0 well, 1 failed run, 2 wrong usage).
 * Start with {@link org.lockstep.examples.Lockstep}.
 */
@NullMarked
package org.lockstep.examples;

import org.jspecify.annotations.NullMarked;
