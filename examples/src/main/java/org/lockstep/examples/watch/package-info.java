/**
 * Watching a run. What a training command hears enters in {@link
 * org.lockstep.examples.watch.Watch}; it leaves as one stream of {@link
 * org.lockstep.examples.watch.RunEvent}s into {@code progress.jsonl} and TensorBoard's event files.
 */
@NullMarked
package org.lockstep.examples.watch;

import org.jspecify.annotations.NullMarked;
