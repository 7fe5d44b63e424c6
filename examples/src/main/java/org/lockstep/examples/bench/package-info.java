/**
 * Measurements of the parts. Enters: what to measure; leaves: times and rates. Start with {@link
 * org.lockstep.examples.bench.StepBenchmark}.
 */
@NullMarked
package org.lockstep.examples.bench;

import org.jspecify.annotations.NullMarked;
