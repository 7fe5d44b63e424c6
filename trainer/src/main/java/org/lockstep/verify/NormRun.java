package org.lockstep.verify;

import java.util.Arrays;
import org.lockstep.comm.Collective;
import org.lockstep.comm.Communicator;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.lockstep.nn.norm.BatchNorm;
import org.lockstep.nn.norm.GroupNorm;
import org.lockstep.nn.norm.Layout;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One norm layer on one rank, from its initial state on. One rank's thread calls it. */
final class NormRun implements AutoCloseable {
  /** Stands before the quantities of the evaluation. */
  static final String EVALUATION = "eval_";

  private final NormSetup setup;
  private final Layout layout;
  private final Precision precision;
  private final Communicator ranks;
  private final Comparison comparison;
  private final Layer layer;

  NormRun(
      NormSetup setup,
      Layout layout,
      Precision precision,
      Communicator ranks,
      Comparison comparison) {
    this.setup = setup;
    this.layout = layout;
    this.precision = precision;
    this.ranks = ranks;
    this.comparison = comparison;
    layer = setup.build(ranks, precision, layout);
  }

  @Collective
  void train(NormStep step, int number) {
    comparison.at(number);
    pass(step, Pass.training(number), "");
    compareGradients(step, layer.parameters().get(0).gradientIsGlobal(), "");
    if (layer instanceof BatchNorm norm) {
      compareShared("mean", norm.mean(), step);
      compareShared("var", norm.variance(), step);
    } else if (layer instanceof GroupNorm norm) {
      compareOwn("mean", norm.mean(), step);
      compareOwn("var", norm.variance(), step);
    }
  }

  /** Ends a step of a layer with running statistics. */
  @Collective
  void commit(NormStep step, int batchesTracked) {
    layer.commit();
    for (String name : NormCheck.RUNNING) {
      compareShared(name, NormSetup.buffer(layer, name), step);
    }
    String count = "num_batches_tracked";
    comparison.count(count, NormSetup.buffer(layer, count)[0], batchesTracked);
  }

  @Collective
  void evaluate(NormStep part) {
    comparison.at(null);
    long before = ranks.traffic().collectives();
    pass(part, Pass.evaluation(0), EVALUATION);
    double made = ranks.traffic().collectives() - (double) before;
    comparison.count("eval collectives", made, 0);
    compareGradients(part, false, EVALUATION);
  }

  private void pass(NormStep step, Pass pass, String prefix) {
    INDArray x = input(step.shards().cut(step.x(), ranks.rank()));
    INDArray dy = input(step.shards().cut(step.dy(), ranks.rank()));
    try {
      compareRows(prefix, "y", layer.forward(x, pass), step);
      compareRows(prefix, "dx", layer.backward(dy), step);
    } finally {
      Batches.release(x);
      Batches.release(dy);
    }
  }

  /** Rows {@code [n, C, ...]} as the layer takes them. */
  private INDArray input(NpyArray rows) {
    return layout == Layout.CHANNELS_LAST
        ? Batches.channelsLast(rows, precision)
        : Batches.of(rows.values(), precision, rows.shape());
  }

  private void compareRows(String prefix, String quantity, INDArray rows, NormStep step) {
    double[] values = Elements.of(rows).toArray();
    double[] actual =
        layout == Layout.CHANNELS_LAST
            ? Batches.transposed(values, setup.space(), setup.channels())
            : values;
    comparison.values(prefix + quantity, actual, step.expected(quantity, ranks.rank()));
  }

  private void compareGradients(NormStep step, boolean global, String prefix) {
    for (int i = 0; i < 2; i++) {
      double[] gradient = Elements.of(layer.parameters().get(i).gradient()).toArray();
      double[] sum = global ? gradient : comparison.sum(gradient);
      String name = i == 0 ? "dgamma" : "dbeta";
      comparison.values(prefix + name, sum, step.expected(name));
      comparison.sameOnAllRanks(prefix + name, sum);
    }
  }

  /** Compares what all ranks hold. */
  private void compareShared(String quantity, double[] actual, NormStep step) {
    comparison.values(quantity, actual, step.expected(quantity));
    comparison.sameOnAllRanks(quantity, actual);
  }

  /** Compares what belongs to this rank's samples; more may follow in {@code actual}. */
  private void compareOwn(String quantity, double[] actual, NormStep step) {
    double[] expected = step.expected(quantity, ranks.rank());
    comparison.values(quantity, Arrays.copyOf(actual, expected.length), expected);
  }

  @Override
  public void close() {
    layer.close();
  }
}
