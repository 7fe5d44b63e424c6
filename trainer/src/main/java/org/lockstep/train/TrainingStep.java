package org.lockstep.train;

import org.jspecify.annotations.Nullable;
import org.lockstep.comm.Collective;
import org.lockstep.comm.Communicator;
import org.lockstep.models.Network;
import org.lockstep.nn.Pass;
import org.lockstep.nn.loss.SoftmaxCrossEntropy;
import org.lockstep.optim.Sgd;
import org.lockstep.parallel.GradientBuckets;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One update of a network after the other, the same on every rank: forward, loss, backward while
 * the gradients travel, optimizer.
 *
 * <p>Thread rule: one thread a rank, the one that owns the communicator.
 */
public final class TrainingStep implements AutoCloseable {
  private final Network network;
  private final Sgd optimizer;
  private final GradientBuckets buckets;
  private final SoftmaxCrossEntropy criterion;
  private @Nullable INDArray logits;
  private long steps;

  /**
   * @param network what is trained; stays the caller's to close
   * @param classes number of the network's outputs
   * @param optimizer of the network's parameters
   * @param world all ranks, the ones the network was built with
   */
  public TrainingStep(Network network, int classes, Sgd optimizer, Communicator world) {
    this.network = network;
    this.optimizer = optimizer;
    buckets = new GradientBuckets(network.layers(), world);
    criterion = new SoftmaxCrossEntropy(classes);
  }

  /**
   * Makes one update. Parameters and running statistics change together at its end, or not at all.
   *
   * @param features this rank's images {@code [count, H, W, C]}
   * @param labels their classes, the first {@code count} are read
   * @param count this rank's images, may be 0
   * @param globalCount images of all ranks together
   * @param rate learning rate
   * @return this rank's share of the mean loss over the global batch, nats
   * @throws IllegalArgumentException if a shape, a count or a label is out of range
   * @throws org.lockstep.comm.CommunicationException if a rank failed or is late
   */
  @Collective
  public double step(INDArray features, int[] labels, int count, int globalCount, double rate) {
    INDArray outputs = network.forward(features, Pass.training(steps));
    logits = outputs;
    double loss = criterion.forward(outputs, labels, count, globalCount);
    network.backward(criterion.gradient(), layer -> buckets.ready(layer, steps));
    buckets.finish();
    optimizer.step(rate);
    network.commit();
    steps++;
    return loss;
  }

  /**
   * The outputs {@code [count, classes]} of the last {@link #step}'s forward pass, as they were
   * before its update; the network's own array, valid until its next pass.
   */
  public INDArray logits() {
    if (logits == null) {
      throw new IllegalStateException("logits follow a step");
    }
    return logits;
  }

  /** The network in its present state. */
  public Network network() {
    return network;
  }

  /** The optimizer in its present state. */
  public Sgd optimizer() {
    return optimizer;
  }

  /** Updates made so far. */
  public long steps() {
    return steps;
  }

  /** Counts on from {@code made} updates, after parameters and optimizer were restored. */
  void resumeAfter(long made) {
    steps = made;
  }

  @Override
  public void close() {
    criterion.close();
  }
}
