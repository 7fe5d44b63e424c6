package org.lockstep.spark.ml;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.lockstep.checkpoint.TrainedModel;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormSpec;

/**
 * Adds the outputs of a network to the rows of a partition, a batch of them at a time.
 *
 * @param model a safetensors file
 * @param network name of the model
 * @param norm it was trained with
 * @param features index of the column
 */
record Prediction(
    Broadcast<byte[]> model,
    String network,
    String norm,
    Shape shape,
    int classes,
    int features,
    boolean raw,
    boolean probability,
    boolean prediction)
    implements MapPartitionsFunction<Row, Row> {
  private static final int BATCH = 64;

  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws IOException {
    TrainedModel trained =
        new TrainedModel(model.value(), "the model", network, NormSpec.parse(norm), shape, classes);
    TaskContext.get().addTaskCompletionListener((TaskContext context) -> trained.close());
    return new Rows(rows, trained);
  }

  private final class Rows implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final TrainedModel trained;
    private final Deque<Row> ready = new ArrayDeque<>();

    Rows(Iterator<Row> rows, TrainedModel trained) {
      this.rows = rows;
      this.trained = trained;
    }

    @Override
    public boolean hasNext() {
      return !ready.isEmpty() || rows.hasNext();
    }

    @Override
    public Row next() {
      if (ready.isEmpty()) {
        classify();
      }
      Row row = ready.poll();
      if (row == null) {
        throw new NoSuchElementException();
      }
      return row;
    }

    private void classify() {
      List<Row> batch = new ArrayList<>();
      List<float[]> samples = new ArrayList<>();
      while (batch.size() < BATCH && rows.hasNext()) {
        Row row = rows.next();
        batch.add(row);
        samples.add(values(row));
      }
      double[][] logits = trained.logits(samples);
      for (int i = 0; i < logits.length; i++) {
        ready.add(withOutputs(batch.get(i), logits[i]));
      }
    }
  }

  private float[] values(Row row) {
    Object found = row.get(features);
    if (found instanceof Vector vector) {
      double[] doubles = vector.toArray();
      float[] values = new float[doubles.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) doubles[i];
      }
      return values;
    }
    if (found == null) {
      throw new IllegalArgumentException(
          "column '%s': expected numbers, found a null; drop or fill such rows"
              .formatted(row.schema().fieldNames()[features]));
    }
    List<Number> list = row.getList(features);
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).floatValue();
    }
    return values;
  }

  private Row withOutputs(Row row, double[] logits) {
    List<Object> outputs = new ArrayList<>();
    for (int i = 0; i < row.length(); i++) {
      outputs.add(row.get(i));
    }
    if (raw) {
      outputs.add(Vectors.dense(logits));
    }
    if (probability) {
      outputs.add(Vectors.dense(softmax(logits)));
    }
    if (prediction) {
      outputs.add((double) largest(logits));
    }
    return RowFactory.create(outputs.toArray());
  }

  /** The first of the largest. */
  private static int largest(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }

  private static double[] softmax(double[] logits) {
    double max = logits[largest(logits)];
    double[] probabilities = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = Math.exp(logits[i] - max);
      sum += probabilities[i];
    }
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] /= sum;
    }
    return probabilities;
  }
}
