/**
 * A training run in a store. Enters: a network, its optimizer and how far the run is; leaves: files
 * that other programs can open, and from it the same state again, or one sentence that says what is
 * wrong with it. Start with {@link org.lockstep.checkpoint.Checkpoint}.
 */
@NullMarked
package org.lockstep.checkpoint;

import org.jspecify.annotations.NullMarked;
