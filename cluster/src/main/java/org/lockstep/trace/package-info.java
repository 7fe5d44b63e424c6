/**
 * A run as a timeline in Chrome's trace event format, for {@code about:tracing} and Perfetto. A
 * rank's collectives, steps and tasks enter, files leave. Start at {@link
 * org.lockstep.trace.TraceFile}.
 */
@NullMarked
package org.lockstep.trace;

import org.jspecify.annotations.NullMarked;
