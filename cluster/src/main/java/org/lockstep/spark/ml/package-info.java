/**
 * Training as a stage of Spark's pipelines. Enters: a DataFrame with features and labels; leaves: a
 * model that adds predictions to DataFrames. Start with {@link
 * org.lockstep.spark.ml.SyncBatchNormClassifier}.
 */
@NullMarked
package org.lockstep.spark.ml;

import org.jspecify.annotations.NullMarked;
