package org.lockstep.spark.tutorial;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.lockstep.data.Datasets;
import org.lockstep.data.EvaluationShard;
import org.lockstep.data.Images;
import org.lockstep.data.MiniBatch;
import org.lockstep.data.MiniBatches;
import org.lockstep.data.Standardization;
import org.lockstep.spark.ml.SyncBatchNormClassifier;
import org.lockstep.spark.ml.SyncBatchNormModel;

/**
 * Trains on Parquet: writes the embedded digits as {@code train.parquet} and {@code test.parquet},
 * with the columns {@code pixels} (an array of floats, scaled, row by row, channels last) and
 * {@code label} (whole numbers from 0), and trains on them as on any files with such columns.
 *
 * <pre>
 *   bin/lockstep example parquet --master 'local[2]'
 * </pre>
 */
public final class ParquetTraining {
  private static final StructType SCHEMA =
      new StructType()
          .add("pixels", DataTypes.createArrayType(DataTypes.FloatType, false), false)
          .add("label", DataTypes.IntegerType, false);

  private ParquetTraining() {}

  /**
   * Writes, trains and prints the accuracy.
   *
   * @param master Spark's, with two slots or more
   * @param directory that driver and executors see; what is there under the names of the files is
   *     replaced
   * @throws org.lockstep.rendezvous.ClusterException if a worker fails
   */
  public static void run(PrintWriter out, String master, String directory) {
    SparkSession.Builder builder =
        SparkSession.builder()
            .appName("Lockstep: Parquet")
            .config("spark.log.level", "WARN")
            .config("spark.executorEnv.OMP_NUM_THREADS", "1");
    SparkSession spark = builder.master(master).getOrCreate();
    try {
      write(spark, directory);
      trainOn(spark, out, directory);
    } finally {
      spark.stop();
    }
  }

  private static void trainOn(SparkSession spark, PrintWriter out, String directory) {
    Dataset<Row> train = spark.read().parquet(directory + "/train.parquet");
    Dataset<Row> test = spark.read().parquet(directory + "/test.parquet");
    SyncBatchNormModel model =
        new SyncBatchNormClassifier()
            .setFeaturesCol("pixels")
            .setLabelCol("label")
            .setShape("8x8x1")
            .setWorkers(2)
            .setBatch(16)
            .setEpochs(5)
            .fit(train);
    double accuracy =
        new MulticlassClassificationEvaluator()
            .setMetricName("accuracy")
            .evaluate(model.transform(test));
    out.printf(
        Locale.ROOT,
        "%d training rows and %d test rows in %s: accuracy %.1f %%%n",
        train.count(),
        test.count(),
        directory,
        100 * accuracy);
  }

  private static void write(SparkSession spark, String directory) {
    org.lockstep.data.Dataset digits = Datasets.load("digits", null, 0);
    Standardization standardization = Standardization.of(digits.train());
    write(spark, digits.train(), standardization, directory + "/train.parquet");
    write(spark, digits.test(), standardization, directory + "/test.parquet");
  }

  private static void write(
      SparkSession spark, Images images, Standardization standardization, String path) {
    spark
        .createDataFrame(rows(images, standardization), SCHEMA)
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(path);
  }

  private static List<Row> rows(Images images, Standardization standardization) {
    List<Row> rows = new ArrayList<>();
    try (MiniBatches batches = new MiniBatches(images, standardization)) {
      MiniBatch all = batches.load(new EvaluationShard(images, images.size(), 0, 1).batch(0));
      float[] values = all.features().data().asFloat();
      int size = images.shape().size();
      for (int i = 0; i < all.size(); i++) {
        float[] pixels = Arrays.copyOfRange(values, i * size, (i + 1) * size);
        rows.add(RowFactory.create(pixels, all.labels()[i]));
      }
    }
    return rows;
  }
}
