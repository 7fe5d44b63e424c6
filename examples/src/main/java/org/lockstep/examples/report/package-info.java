/**
 * What a comparison leaves behind. Enters: {@link org.lockstep.train.RunResult}s and how they came
 * about; leaves: {@code results.json}, {@code report.html} and a table of text. Start with {@link
 * org.lockstep.examples.report.Report}.
 */
@NullMarked
package org.lockstep.examples.report;

import org.jspecify.annotations.NullMarked;
