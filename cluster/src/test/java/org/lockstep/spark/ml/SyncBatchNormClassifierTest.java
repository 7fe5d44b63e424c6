package org.lockstep.spark.ml;

import static org.apache.spark.ml.functions.vector_to_array;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The estimator as its users use it, in a local application. */
@Timeout(240)
class SyncBatchNormClassifierTest {
  private static final int CLASSES = 3;

  private static final SparkSession spark =
      SparkSession.builder()
          .master("local[4]")
          .config("spark.ui.enabled", "false")
          .config("spark.driver.host", "127.0.0.1")
          .config("spark.sql.shuffle.partitions", "2")
          .getOrCreate();
  private static final Dataset<Row> rows = rows(90);

  @TempDir Path directory;

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void fit_ofSeparableRows_predictsTheirClasses() {
    SyncBatchNormModel model = classifier().fit(rows);
    Dataset<Row> predicted = model.transform(rows);
    assertThat(predicted.columns())
        .containsExactly("id", "features", "label", "rawPrediction", "probability", "prediction");
    assertThat(accuracy(predicted)).isGreaterThan(0.9);
    for (Row row : predicted.collectAsList()) {
      double[] raw = row.<Vector>getAs("rawPrediction").toArray();
      double[] probability = row.<Vector>getAs("probability").toArray();
      int predictedClass = (int) row.<Double>getAs("prediction").doubleValue();
      assertThat(raw).hasSize(CLASSES);
      assertThat(IntStream.range(0, CLASSES).mapToDouble(k -> probability[k]).sum())
          .isCloseTo(1, within(1e-12));
      assertThat(probability[predictedClass])
          .isEqualTo(IntStream.range(0, CLASSES).mapToDouble(k -> probability[k]).max().orElse(0));
      assertThat(Math.log(probability[0] / probability[1]))
          .isCloseTo(raw[0] - raw[1], within(1e-6));
    }
  }

  @Test
  void load_ofSavedModel_predictsTheSame() throws Exception {
    SyncBatchNormModel model = classifier().setRawPredictionCol("logits").fit(rows);
    String path = directory.resolve("model").toString();
    model.write().overwrite().save(path);
    SyncBatchNormModel loaded = SyncBatchNormModel.load(path);
    assertThat(loaded.uid()).isEqualTo(model.uid());
    assertThat(loaded.safetensors()).isEqualTo(model.safetensors());
    assertThat(loaded.transform(rows).orderBy("id").collectAsList())
        .isEqualTo(model.transform(rows).orderBy("id").collectAsList());
  }

  @Test
  void load_ofSavedEstimator_hasItsParameters() throws Exception {
    SyncBatchNormClassifier classifier = classifier().setLearningRate(0.25).setNorm("group:4");
    String path = directory.resolve("estimator").toString();
    classifier.save(path);
    SyncBatchNormClassifier loaded = SyncBatchNormClassifier.load(path);
    assertThat(loaded.uid()).isEqualTo(classifier.uid());
    assertThat(loaded.extractParamMap()).hasToString(classifier.extractParamMap().toString());
    assertThat(loaded.params()).hasSameSizeAs(classifier.params());
  }

  @Test
  void fit_inAPipeline_goesThroughSavingAndLoading() throws Exception {
    StandardScaler scaler =
        new StandardScaler().setInputCol("features").setOutputCol("scaled").setWithMean(true);
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {scaler, classifier().setFeaturesCol("scaled").setEpochs(3)});
    PipelineModel fitted = pipeline.fit(rows);
    String path = directory.resolve("pipeline").toString();
    fitted.save(path);
    Dataset<Row> predicted = PipelineModel.load(path).transform(rows);
    assertThat(accuracy(predicted)).isGreaterThan(0.9);
  }

  @Test
  void fit_inACrossValidator_choosesTheRateThatLearns() throws IOException {
    SyncBatchNormClassifier classifier =
        classifier().setEpochs(6).setCheckpointDir(directory.toString());
    ParamMap[] grid =
        new ParamGridBuilder()
            .addGrid(classifier.learningRate(), new double[] {1e-9, 0.05})
            .build();
    CrossValidatorModel best =
        new CrossValidator()
            .setEstimator(classifier)
            .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
            .setEstimatorParamMaps(grid)
            .setNumFolds(2)
            .setParallelism(2)
            .setSeed(1)
            .fit(rows);
    assertThat(best.avgMetrics()[1]).isGreaterThan(best.avgMetrics()[0]).isGreaterThan(0.8);
    assertThat(accuracy(best.transform(rows))).isGreaterThan(0.8);
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void transform_ofMoreThanABatch_predictsEachRowAsAmongFew() {
    SyncBatchNormModel model = classifier().setEpochs(1).fit(rows);
    Dataset<Row> many = rows(150);
    assertThat(model.transform(many.coalesce(1)).collectAsList())
        .isEqualTo(model.transform(many.repartition(50)).orderBy("id").collectAsList());
  }

  @Test
  void transform_ofArrays_predictsAsOfVectors() {
    SyncBatchNormModel model = classifier().setEpochs(1).fit(rows);
    for (String type : List.of("float32", "float64")) {
      Dataset<Row> arrays =
          rows.withColumn("features", vector_to_array(rows.col("features"), type));
      assertThat(model.transform(arrays).select("id", "rawPrediction").collectAsList())
          .isEqualTo(model.transform(rows).select("id", "rawPrediction").collectAsList());
    }
  }

  @Test
  void transform_withoutSomeColumns_addsTheOthers() {
    SyncBatchNormModel model = classifier().setEpochs(1).fit(rows);
    List<Row> all = model.transform(rows).select("prediction").collectAsList();
    model.setRawPredictionCol("").setProbabilityCol("");
    assertThat(model.transform(rows).columns())
        .containsExactly("id", "features", "label", "prediction");
    assertThat(model.transform(rows).select("prediction").collectAsList()).isEqualTo(all);
    model.setProbabilityCol("p").setPredictionCol("");
    assertThat(model.transform(rows).columns()).containsExactly("id", "features", "label", "p");
  }

  @Test
  void transformSchema_wrongColumns_saysWhich() {
    StructType schema = rows.schema();
    assertThatThrownBy(() -> classifier().setLabelCol("class").transformSchema(schema))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("labelCol: expected a column 'class', found [id, features, label]");
    StructType words = new StructType().add("features", "array<string>").add("label", "string");
    assertThatThrownBy(() -> classifier().transformSchema(words))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "column 'label': expected numbers, found string; index them, with StringIndexer for"
                + " example");
    assertThatThrownBy(() -> new SyncBatchNormModel("words", new byte[0]).transformSchema(words))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "column 'features': expected a vector or an array of numbers, found array<string>");
  }

  @Test
  void fit_wrongParameters_saysWhichBeforeItTrains() {
    assertThatThrownBy(() -> new SyncBatchNormClassifier().fit(rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shape: expected height x width x channels such as 28x28x1, found nothing");
    assertThatThrownBy(() -> classifier().setFeaturesCol("pixels").fit(rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("featuresCol: expected a column 'pixels', found [id, features, label]");
    assertThatThrownBy(() -> classifier().setPredictionCol("label").fit(rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("column 'label': expected none to be there yet");
    assertThatThrownBy(() -> classifier().setWorkers(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("workers");
    assertThatThrownBy(() -> classifier().setNorm("batch").fit(rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unknown norm 'batch'");
  }

  private static SyncBatchNormClassifier classifier() {
    return new SyncBatchNormClassifier()
        .setShape("6x6x1")
        .setWorkers(2)
        .setBatch(4)
        .setEpochs(5)
        .setLearningRate(0.05);
  }

  private static double accuracy(Dataset<Row> predicted) {
    return predicted.filter("label = prediction").count() / (double) predicted.count();
  }

  /** Class k is bright in the k-th pair of rows, among noise. */
  private static Dataset<Row> rows(int count) {
    Random random = new Random(1);
    List<Row> list =
        IntStream.range(0, count)
            .mapToObj(i -> RowFactory.create(i, features(i % CLASSES, random), i % CLASSES))
            .toList();
    return spark.createDataFrame(
        list,
        new StructType()
            .add("id", DataTypes.IntegerType)
            .add("features", SQLDataTypes.VectorType())
            .add("label", DataTypes.IntegerType));
  }

  private static Vector features(int label, Random random) {
    double[] values = new double[36];
    for (int v = 0; v < values.length; v++) {
      values[v] = (v / 12 == label ? 1 : 0) + random.nextGaussian() / 4;
    }
    return Vectors.dense(values);
  }
}
