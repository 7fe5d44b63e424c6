package org.lockstep.nn.norm;

import java.util.ArrayList;
import java.util.List;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A {@link ShardedPlan} done by batch norms: by all ranks at once, or by one rank a group. */
final class ShardedRun {
  /**
   * What a rank has after a step.
   *
   * @param y rows of channels, as dx
   * @param running mean, variance and number of batches; none where they are not tracked
   */
  record Result(
      double[] y,
      double[] dx,
      double[] dGamma,
      double[] dBeta,
      double[] mean,
      double[] variance,
      List<double[]> running) {}

  private final ShardedPlan plan;
  private final ShardedCase shardedCase;
  private final BatchNormConfig config;

  ShardedRun(ShardedPlan plan) {
    this.plan = plan;
    shardedCase = plan.shardedCase();
    config = shardedCase.config();
  }

  /** Every rank's results, in order of ranks and steps. */
  List<List<Result>> onShards() {
    List<List<Result>> byRank = new ArrayList<>();
    for (int rank = 0; rank < shardedCase.ranks(); rank++) {
      byRank.add(new ArrayList<>());
    }
    InProcessGroup.run(
        shardedCase.ranks(),
        world -> {
          try (BatchNorm norm = shared(world)) {
            byRank.get(world.rank()).addAll(train(norm, world.rank(), world.rank() + 1));
          }
        });
    return byRank;
  }

  private BatchNorm shared(Communicator world) {
    return shardedCase.groupIsWorld()
        ? BatchNorm.sync("bn", shardedCase.channels(), config, world)
        : BatchNorm.grouped(
            "bn", shardedCase.channels(), config, world.subgroup(shardedCase.groupSize()));
  }

  /** The results of one rank that has all samples of {@code group}. */
  List<Result> onTheWhole(int group) {
    int first = group * shardedCase.groupSize();
    try (BatchNorm norm = BatchNorm.local("bn", shardedCase.channels(), config)) {
      return train(norm, first, first + shardedCase.groupSize());
    }
  }

  private List<Result> train(BatchNorm norm, int firstRank, int endRank) {
    if (config.affine()) {
      Elements.of(norm.parameters().get(0).value())
          .put(0, shardedCase.gamma(), shardedCase.channels());
      Elements.of(norm.parameters().get(1).value())
          .put(0, shardedCase.beta(), shardedCase.channels());
    }
    List<Result> results = new ArrayList<>();
    for (int i = 0; i <= shardedCase.steps(); i++) {
      int step = Math.min(i, shardedCase.steps() - 1);
      int from = shardedCase.firstSample(step, firstRank);
      int end = shardedCase.firstSample(step, endRank);
      Pass pass = i == step ? Pass.training(step) : Pass.evaluation(step);
      RowBatch dy = plan.step(i).dy().samples(from, end);
      results.add(step(norm, pass, plan.step(i).x().samples(from, end), dy));
    }
    return results;
  }

  private Result step(BatchNorm norm, Pass pass, RowBatch x, RowBatch dy) {
    Layout layout = config.layout();
    Precision precision = config.precision();
    try (INDArray in = x.array(layout, precision);
        INDArray gradient = dy.array(layout, precision)) {
      double[] y = x.rows(norm.forward(in, pass), layout);
      double[] dx = x.rows(norm.backward(gradient), layout);
      norm.commit();
      List<double[]> gradients =
          norm.parameters().stream().map(p -> Batches.values(p.gradient())).toList();
      return new Result(
          y,
          dx,
          config.affine() ? gradients.get(0) : new double[0],
          config.affine() ? gradients.get(1) : new double[0],
          norm.mean().clone(),
          norm.variance().clone(),
          norm.buffers().values().stream().map(double[]::clone).toList());
    }
  }
}
