/**
 * The commands. Enters: options; leaves: what a command prints and writes, and its exit code. All
 * that can be known before a worker starts is checked in {@code Preflight}. Start with {@link
 * org.lockstep.examples.cli.Commands}.
 */
@NullMarked
package org.lockstep.examples.cli;

import org.jspecify.annotations.NullMarked;
