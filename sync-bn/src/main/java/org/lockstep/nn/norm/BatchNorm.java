package org.lockstep.nn.norm;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;
import org.lockstep.nn.AddingLayer;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Batch normalization (Ioffe &amp; Szegedy 2015) whose statistics span a group of ranks, each with
 * a shard of the batch: y = gamma·(x - mean)/sqrt(var + eps) + beta per channel, where mean and var
 * are those of all values of the channel in the shards of all ranks of the group. With a group of
 * one it is ordinary batch normalization. On p ranks it computes what one rank would on the shards
 * put together; shards may differ in size and be empty.
 *
 * <p>In training the forward pass makes one collective, merging {@code [n, Σx, M2]} (2C + 1
 * doubles), and the backward pass one, adding {@code [Σdy, Σdy·xhat]} (2C doubles); every rank of
 * the group must run both, its shard empty or not. In evaluation there is none: the running
 * statistics serve, or {@link #population} where it was measured, or, where neither is tracked, the
 * statistics of the rank's own batch.
 *
 * <p>With a {@link Renormalization} training follows the running statistics within its limits.
 *
 * <p>The parameters' gradients are sums over all ranks where the group is the whole world,
 * otherwise over this rank's shard ({@link Parameter#gradientIsGlobal}); after an evaluation pass
 * always over this rank's shard.
 *
 * <p>Not thread-safe; one rank's thread calls it.
 */
public final class BatchNorm implements AddingLayer {
  private final String name;
  private final int channels;
  private final BatchNormConfig config;
  private final Communicator group;
  private final boolean groupIsWorld;
  private final Rows<?> rows;
  private final AffineParameters affine;
  private final @Nullable RunningStatistics running;
  private final PopulationStatistics population;
  private final double[] moments;
  private final double[] mean;
  private final double[] variance;
  private final double[] gradientSums;

  private Pass pass = Pass.evaluation(0);

  private BatchNorm(
      String name, int channels, BatchNormConfig config, Communicator group, boolean groupIsWorld) {
    if (channels < 1) {
      throw new IllegalArgumentException(name + ": expected at least 1 channel, found " + channels);
    }
    this.name = name;
    this.channels = channels;
    this.config = config;
    this.group = group;
    this.groupIsWorld = groupIsWorld;
    rows = Rows.of(name, channels, config.precision(), config.layout(), config.relu());
    affine =
        new AffineParameters(name, channels, config.affine(), config.precision(), groupIsWorld);
    running =
        config.trackRunningStatistics() ? new RunningStatistics(channels, config.momentum()) : null;
    population = new PopulationStatistics(name, channels);
    moments = new double[2 * channels + 1];
    mean = new double[channels];
    variance = new double[channels];
    gradientSums = new double[2 * channels];
  }

  /** Batch normalization of every rank's shard for itself. */
  public static BatchNorm local(String name, int channels, BatchNormConfig config) {
    return new BatchNorm(name, channels, config, InProcessGroup.solo(), false);
  }

  /**
   * Batch normalization of the whole batch.
   *
   * @param world all ranks that train together; not closed here
   */
  public static BatchNorm sync(
      String name, int channels, BatchNormConfig config, Communicator world) {
    return new BatchNorm(name, channels, config, world, true);
  }

  /**
   * Batch normalization over some of the ranks.
   *
   * @param group this rank's part of the world, see {@link Communicator#subgroup}; not closed here
   */
  public static BatchNorm grouped(
      String name, int channels, BatchNormConfig config, Communicator group) {
    return new BatchNorm(name, channels, config, group, false);
  }

  @Override
  public String name() {
    return name;
  }

  /**
   * Normalizes.
   *
   * @throws IllegalArgumentException if the shape does not fit, or in training if the group's
   *     shards have one value a channel in all, whose variance says nothing
   */
  @Override
  public INDArray forward(INDArray x, @Nullable INDArray addend, Pass pass) {
    rows.input(x, addend);
    this.pass = pass;
    chooseStatistics();
    if (running != null && config.renormalization() != null) {
      renormalize(config.renormalization(), running);
    }
    affine.read();
    for (int c = 0; c < channels; c++) {
      rows.set(c, mean[c], inverseStd(c), affine.gamma(c), affine.beta(c));
    }
    rows.ready(rows.count());
    rows.normalize(0, rows.count());
    return rows.output();
  }

  private void renormalize(Renormalization limits, RunningStatistics running) {
    for (int c = 0; c < channels; c++) {
      if (!pass.training()) {
        affine.correct(c, 1, 0);
        continue;
      }
      double invStd = 1 / Math.sqrt(running.variance(c) + config.eps());
      double r = limits.r(invStd / inverseStd(c), running.batches());
      double d = limits.d((mean[c] - running.mean(c)) * invStd, running.batches());
      affine.correct(c, r, d);
    }
  }

  private double inverseStd(int channel) {
    return 1 / Math.sqrt(variance[channel] + config.eps());
  }

  private void chooseStatistics() {
    if (running != null && !pass.training()) {
      chooseFixedStatistics(running);
      return;
    }
    rows.measure(0, rows.count(), moments);
    if (pass.training()) {
      group.allReduce(moments, moments.length, ReduceOp.MOMENTS, tag(Phase.FORWARD));
      checkCount();
    }
    takeMoments();
    if (running != null && moments[0] > 0) {
      running.observe(mean, variance, moments[0]);
    }
  }

  private void chooseFixedStatistics(RunningStatistics running) {
    if (population.isMeasuring()) {
      rows.measure(0, rows.count(), moments);
      population.observe(moments);
    }
    boolean precise = population.isInUse();
    for (int c = 0; c < channels; c++) {
      mean[c] = precise ? population.mean(c) : running.mean(c);
      variance[c] = precise ? population.variance(c) : running.variance(c);
    }
  }

  private void checkCount() {
    if (moments[0] == 1) {
      throw new IllegalArgumentException(
          name
              + ": expected at least 2 values per channel to train on, found 1 over the "
              + group.worldSize()
              + " rank(s) that share statistics; use a larger batch or another norm");
    }
  }

  private void takeMoments() {
    double count = Math.max(1, moments[0]);
    for (int c = 0; c < channels; c++) {
      mean[c] = moments[1 + c] / count;
      variance[c] = moments[1 + channels + c] / count;
    }
  }

  @Override
  public INDArray backward(INDArray dy) {
    rows.gradient(dy);
    Arrays.fill(gradientSums, 0);
    rows.gradientSums(0, rows.count(), gradientSums);
    if (!groupIsWorld) {
      affine.writeGradients(gradientSums);
    }
    if (pass.training()) {
      group.allReduce(gradientSums, gradientSums.length, ReduceOp.SUM, tag(Phase.BACKWARD));
    }
    if (groupIsWorld) {
      affine.writeGradients(gradientSums);
    }
    setGradient();
    rows.computeInputGradient(0, rows.count());
    return rows.inputGradient();
  }

  /**
   * dx = gamma·invStd·(dy - Σdy/n - xhat·Σdy·xhat/n), gamma times r where it is renormalized; fixed
   * statistics contribute no sums.
   */
  private void setGradient() {
    boolean fixed = running != null && !pass.training();
    double count = Math.max(1, moments[0]);
    for (int c = 0; c < channels; c++) {
      double scale = fixed ? 0 : affine.gamma(c) * inverseStd(c) / count;
      rows.setGradient(c, scale * gradientSums[c], scale * gradientSums[channels + c]);
    }
  }

  private OpTag tag(Phase phase) {
    return new OpTag(pass.step(), name, phase);
  }

  /** The mean per channel that the last forward pass used; live. */
  public double[] mean() {
    return mean;
  }

  /** The biased variance per channel that the last forward pass used; live. */
  public double[] variance() {
    return variance;
  }

  /** Whether evaluation normalizes with statistics of more than its own batch. */
  public boolean tracksRunningStatistics() {
    return running != null;
  }

  /**
   * The statistics of a whole data set, to measure and to evaluate with in place of the running
   * ones; without effect where those are not tracked.
   */
  public PopulationStatistics population() {
    return population;
  }

  /**
   * How far the running statistics are from {@link #population}.
   *
   * @throws IllegalStateException unless running statistics are tracked and the population is in
   *     use
   */
  public StatisticsDrift drift() {
    if (running == null || !population.isInUse()) {
      throw new IllegalStateException(
          name + ": there are no running or no population statistics to compare");
    }
    return StatisticsDrift.between(running, population, name, channels, config.eps());
  }

  @Override
  public INDArray addendGradient() {
    return rows.addendGradient();
  }

  @Override
  public List<Parameter> parameters() {
    return affine.parameters();
  }

  /** {@code running_mean}, {@code running_var} and {@code num_batches_tracked}, if tracked. */
  @Override
  public Map<String, double[]> buffers() {
    return running == null ? Map.of() : running.buffers(name);
  }

  @Override
  public void commit() {
    if (running != null) {
      running.commit();
    }
  }

  @Override
  public void close() {
    rows.close();
    affine.close();
  }
}
