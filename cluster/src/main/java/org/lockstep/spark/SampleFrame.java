package org.lockstep.spark;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.exists;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.rint;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.functions;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;
import org.lockstep.nn.Shape;

/**
 * The rows of a DataFrame as samples. All of them are looked at once, before a worker trains: one
 * pass of Spark's that finds every null, every label and every size.
 */
final class SampleFrame {
  private static final String VALUES = "values";
  private static final String LABEL = "label";

  /** Where nobody says how many there are, a higher label is a mistake. */
  private static final int MOST_CLASSES = 1 << 15;

  private static final String MORE = "; give 'classes' to have more";

  private final Dataset<Row> rows;
  private final int classes;

  private SampleFrame(Dataset<Row> rows, int classes) {
    this.rows = rows;
    this.classes = classes;
  }

  /**
   * Checks the frame.
   *
   * @param features column of vectors, or of arrays of numbers; row by row, channels last
   * @param label column of whole numbers from 0
   * @param shape of a sample
   * @param classes labels are below this; 0: as many as the highest label says
   * @throws IllegalArgumentException for the first thing that is wrong
   */
  static SampleFrame of(Dataset<?> frame, String features, String label, Shape shape, int classes) {
    Dataset<Row> rows =
        frame.select(values(frame.schema(), features), label(frame.schema(), label));
    Column values = col(VALUES);
    Column labels = col(LABEL);
    Row found =
        rows.agg(
                count(lit(1)),
                number(values.isNull().or(exists(values, Column::isNull))),
                number(labels.isNull().or(labels.isNaN())),
                number(size(values).notEqual(shape.size())),
                number(exists(values, SampleFrame::isNotFinite)),
                number(labels.notEqual(rint(labels))),
                min(labels),
                max(labels))
            .first();
    require(found.getLong(0) > 0, features, "at least one row, found none");
    none(found.getLong(1), features, "numbers, found a null in %d rows; drop or fill them");
    none(found.getLong(2), label, "a class, found a null in %d rows; drop or fill them");
    none(
        found.getLong(3),
        features,
        shape.size() + " values, as " + shape + " has, found others in %d rows");
    none(found.getLong(4), features, "finite numbers, found others in %d rows");
    none(found.getLong(5), label, "whole numbers, found others in %d rows");
    double lowest = found.getDouble(6);
    double highest = found.getDouble(7);
    int limit = classes == 0 ? MOST_CLASSES : classes;
    require(
        lowest >= 0 && highest < limit,
        label,
        "classes 0 to %d, found %.0f to %.0f%s"
            .formatted(
                limit - 1, lowest, highest, highest < MOST_CLASSES || classes > 0 ? "" : MORE));
    return new SampleFrame(rows, classes == 0 ? Math.max(2, (int) highest + 1) : classes);
  }

  private static Column number(Column condition) {
    return sum(when(condition, 1L).otherwise(0L));
  }

  private static Column isNotFinite(Column value) {
    return value.isNaN().or(abs(value).equalTo(Float.POSITIVE_INFINITY));
  }

  private static Column values(StructType schema, String name) {
    DataType type = type(schema, name);
    if (type.equals(SQLDataTypes.VectorType())) {
      Column vector = column(name);
      return when(vector.isNotNull(), functions.vector_to_array(vector, "float32")).as(VALUES);
    }
    require(
        type instanceof ArrayType array && array.elementType() instanceof NumericType,
        name,
        "a vector or an array of numbers, found " + type.catalogString());
    return column(name).cast("array<float>").as(VALUES);
  }

  private static Column label(StructType schema, String name) {
    DataType type = type(schema, name);
    require(
        type instanceof NumericType,
        name,
        "numbers, found " + type.catalogString() + "; index them, with StringIndexer for example");
    return column(name).cast("double").as(LABEL);
  }

  /** A column of that very name, in which a dot is no more than a dot. */
  private static Column column(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }

  private static DataType type(StructType schema, String name) {
    List<String> names = List.of(schema.fieldNames());
    require(names.contains(name), name, "to find it, found " + names);
    return schema.apply(name).dataType();
  }

  private static void none(long rows, String column, String expectation) {
    require(rows == 0, column, expectation.formatted(rows));
  }

  private static void require(boolean holds, String column, String expectation) {
    if (!holds) {
      throw new IllegalArgumentException("column '" + column + "': expected " + expectation);
    }
  }

  int classes() {
    return classes;
  }

  /** The samples, partition by partition as the rows are. */
  JavaRDD<Sample> samples() {
    return rows.javaRDD().map(SampleFrame::sample);
  }

  private static Sample sample(Row row) {
    List<Float> list = row.getList(0);
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i);
    }
    return new Sample(values, (int) row.getDouble(1));
  }
}
