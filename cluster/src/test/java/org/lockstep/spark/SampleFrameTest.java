package org.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lockstep.nn.Shape;

/** What is said of columns and rows that cannot be samples. */
@Timeout(240)
class SampleFrameTest {
  private static final Shape SHAPE = new Shape(6, 6, 1);
  private static final StructType VECTORS =
      new StructType()
          .add("features", SQLDataTypes.VectorType())
          .add("label", DataTypes.DoubleType);

  private static final SparkSession spark =
      SparkSession.builder()
          .master("local[2]")
          .config("spark.ui.enabled", "false")
          .config("spark.driver.host", "127.0.0.1")
          .getOrCreate();

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void of_columnsWithDotsAndQuotes_findsThem() {
    Dataset<Row> frame = frame(List.of(row(36, 0), row(36, 2))).toDF("a.`pixels`", "a.label");
    SampleFrame found = SampleFrame.of(frame, "a.`pixels`", "a.label", SHAPE, 0);
    assertThat(found.classes()).isEqualTo(3);
    assertThat(found.samples().map(Sample::label).collect()).containsExactlyInAnyOrder(0, 2);
  }

  @Test
  void of_wrongColumns_saysWhich() {
    Dataset<Row> frame = frame(good());
    refused(
        frame, "pixels", "label", "column 'pixels': expected to find it, found [features, label]");
    refused(
        frame,
        "label",
        "label",
        "column 'label': expected a vector or an array of numbers, found double");
    refused(
        frame.selectExpr("features", "cast(label as string) as label"),
        "features",
        "label",
        "column 'label': expected numbers, found string; index them, with StringIndexer for"
            + " example");
  }

  @Test
  void of_wrongRows_saysHowMany() {
    refusedRow(
        null,
        1.0,
        "column 'features': expected numbers, found a null in 1 rows; drop or fill them");
    refusedRow(
        new double[36],
        null,
        "column 'label': expected a class, found a null in 1 rows; drop or fill them");
    refusedRow(
        new double[35],
        1.0,
        "column 'features': expected 36 values, as 6x6x1 has, found others in 1 rows");
    refusedRow(
        new double[36], 1.5, "column 'label': expected whole numbers, found others in 1 rows");
    refusedRow(new double[36], 3.0, "column 'label': expected classes 0 to 2, found 0 to 3");
    refusedRow(new double[36], -1.0, "column 'label': expected classes 0 to 2, found -1 to 2");
    double[] infinite = new double[36];
    infinite[7] = Double.POSITIVE_INFINITY;
    refusedRow(infinite, 1.0, "column 'features': expected finite numbers, found others in 1 rows");
    refused(
        frame(List.of()),
        "features",
        "label",
        "column 'features': expected at least one row, found none");
  }

  @Test
  void of_labelBeyondWhatAnybodyMeans_saysWhatLiftsTheLimit() {
    Dataset<Row> frame = frame(List.of(row(36, 40_000)));
    assertThatThrownBy(() -> SampleFrame.of(frame, "features", "label", SHAPE, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "column 'label': expected classes 0 to 32767, found 40000 to 40000; give 'classes' to"
                + " have more");
    assertThat(SampleFrame.of(frame, "features", "label", SHAPE, 40_001).classes())
        .isEqualTo(40_001);
  }

  private static void refusedRow(
      double @Nullable [] values, @Nullable Double label, String message) {
    List<Row> rows = new ArrayList<>(good());
    rows.add(RowFactory.create(values == null ? null : Vectors.dense(values), label));
    refused(frame(rows), "features", "label", message);
  }

  private static void refused(Dataset<Row> frame, String features, String label, String message) {
    assertThatThrownBy(() -> SampleFrame.of(frame, features, label, SHAPE, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  private static Dataset<Row> frame(List<Row> rows) {
    return spark.createDataFrame(rows, VECTORS);
  }

  private static List<Row> good() {
    return IntStream.range(0, 6).mapToObj(i -> row(36, i % 3)).toList();
  }

  private static Row row(int values, double label) {
    return RowFactory.create(Vectors.dense(new double[values]), label);
  }
}
