/**
 * The live page. Enters: directories with the {@code progress.jsonl} of a command; leaves: a page
 * on a local port that follows it. Start with {@link
 * org.lockstep.examples.dashboard.DashboardServer}.
 */
@NullMarked
package org.lockstep.examples.dashboard;

import org.jspecify.annotations.NullMarked;
