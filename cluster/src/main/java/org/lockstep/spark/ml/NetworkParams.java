package org.lockstep.spark.ml;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormSpec;
import org.lockstep.train.TrainConfig;

/** What an estimator and its model both have: the columns and the network. */
final class NetworkParams implements Serializable {
  private static final long serialVersionUID = 1L;

  final Param<String> features;
  final Param<String> prediction;
  final Param<String> rawPrediction;
  final Param<String> probability;
  final Param<String> network;
  final Param<String> norm;
  final Param<String> shape;
  final IntParam classes;

  NetworkParams(Params parent) {
    features = text(parent, "featuresCol", "column of vectors or arrays: [H, W, C], row by row");
    prediction = text(parent, "predictionCol", "column for the class");
    rawPrediction = text(parent, "rawPredictionCol", "column for the logits; empty: none");
    probability = text(parent, "probabilityCol", "column for the probabilities; empty: none");
    network = text(parent, "network", "name of the model, or class name of a Model of one's own");
    norm = text(parent, "norm", NormSpec.NAMES);
    shape = text(parent, "shape", "height x width x channels of a sample, for example 28x28x1");
    classes =
        new IntParam(
            parent, "classes", "outputs; 0: as the highest label says", ParamValidators.gtEq(0));
    parent.setDefault(features, "features");
    parent.setDefault(prediction, "prediction");
    parent.setDefault(rawPrediction, "rawPrediction");
    parent.setDefault(probability, "probability");
    parent.setDefault(network, TrainConfig.DEFAULT.model());
    parent.setDefault(norm, TrainConfig.DEFAULT.norm());
    parent.setDefault(classes, 0);
  }

  static Param<String> text(Params parent, String name, String doc) {
    return new Param<>(parent, name, doc);
  }

  List<Param<?>> all() {
    return List.of(features, prediction, rawPrediction, probability, network, norm, shape, classes);
  }

  /**
   * The shape of a sample.
   *
   * @throws IllegalArgumentException if it is not set, or not as it should be
   */
  Shape shapeOf(Params params) {
    String text = params.isSet(shape) ? params.getOrDefault(shape) : "nothing";
    if (!text.matches("\\d{1,6}x\\d{1,6}x\\d{1,6}")) {
      throw new IllegalArgumentException(
          "shape: expected height x width x channels such as 28x28x1, found " + text);
    }
    String[] sizes = text.split("x", -1);
    return new Shape(
        Integer.parseInt(sizes[0]), Integer.parseInt(sizes[1]), Integer.parseInt(sizes[2]));
  }

  /**
   * The schema with the columns that a model adds.
   *
   * @throws IllegalArgumentException if there are no features, or a column is there already
   */
  StructType transform(Params params, StructType schema) {
    String name = params.getOrDefault(features);
    DataType type = type(schema, "featuresCol", name);
    boolean ofNumbers =
        type instanceof ArrayType array && array.elementType() instanceof NumericType;
    if (!type.equals(SQLDataTypes.VectorType()) && !ofNumbers) {
      throw new IllegalArgumentException(
          "column '%s': expected a vector or an array of numbers, found %s"
              .formatted(name, type.catalogString()));
    }
    StructType added = add(schema, params.getOrDefault(rawPrediction), SQLDataTypes.VectorType());
    added = add(added, params.getOrDefault(probability), SQLDataTypes.VectorType());
    return add(added, params.getOrDefault(prediction), DataTypes.DoubleType);
  }

  /**
   * Checks the column of labels.
   *
   * @throws IllegalArgumentException if there is none, or it holds no numbers
   */
  static void requireLabels(StructType schema, String name) {
    DataType type = type(schema, "labelCol", name);
    if (!(type instanceof NumericType)) {
      throw new IllegalArgumentException(
          "column '%s': expected numbers, found %s; index them, with StringIndexer for example"
              .formatted(name, type.catalogString()));
    }
  }

  private static DataType type(StructType schema, String param, String name) {
    List<String> names = List.of(schema.fieldNames());
    if (!names.contains(name)) {
      throw new IllegalArgumentException(
          "%s: expected a column '%s', found %s".formatted(param, name, names));
    }
    return schema.apply(name).dataType();
  }

  private static StructType add(StructType schema, String name, DataType type) {
    if (name.isEmpty()) {
      return schema;
    }
    if (List.of(schema.fieldNames()).contains(name)) {
      throw new IllegalArgumentException(
          "column '%s': expected none to be there yet, found one; drop it or name another"
              .formatted(name));
    }
    return schema.add(name, type);
  }
}
