/** Examples on DataFrames, which the command line runs. Start with any. */
@NullMarked
package org.lockstep.spark.tutorial;

import org.jspecify.annotations.NullMarked;
