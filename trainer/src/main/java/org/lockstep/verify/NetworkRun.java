package org.lockstep.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.lockstep.comm.Collective;
import org.lockstep.comm.Communicator;
import org.lockstep.models.Network;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Precision;
import org.lockstep.train.TrainingStep;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One network on one rank, from its initial state on. One rank's thread calls it. */
final class NetworkRun implements AutoCloseable {
  private final Precision precision;
  private final Communicator ranks;
  private final Comparison comparison;
  private final double rate;
  private final Network network;
  private final TrainingStep training;
  private final List<INDArray> inputs = new ArrayList<>();

  @Collective
  NetworkRun(NetworkCheck check, Precision precision, Communicator ranks, Comparison comparison) {
    this.precision = precision;
    this.ranks = ranks;
    this.comparison = comparison;
    rate = check.optimizer().rate();
    network = check.setup().build(ranks, precision);
    training =
        new TrainingStep(
            network, check.setup().plan().classes(), check.optimizer().build(network), ranks);
  }

  @Collective
  void train(NetworkStep step, int number) {
    comparison.at(number);
    int rank = ranks.rank();
    ShardSizes shards = step.shards();
    int start = shards.start(rank);
    int[] labels = Arrays.copyOfRange(step.labels(), start, start + shards.of(rank));
    double share =
        training.step(
            input(shards.cut(step.x(), rank)), labels, labels.length, shards.ofAll(), rate);
    double[] loss = comparison.sum(new double[] {share});
    comparison.values("loss", loss, new double[] {step.loss()});
    double[] logits = Elements.of(training.logits()).toArray();
    comparison.values("logits", logits, shards.cut(step.logits(), rank).values());
    compare(step, state());
  }

  /** An array that lives as long as this: layers may hold on to their latest input. */
  private INDArray input(NpyArray rows) {
    INDArray array = Batches.channelsLast(rows, precision);
    inputs.add(array);
    return array;
  }

  /** Copies of all parameters and running statistics. */
  private Map<String, double[]> state() {
    Map<String, double[]> state = new LinkedHashMap<>(network.buffers());
    network.parameters().forEach(p -> state.put(p.name(), Elements.of(p.value()).toArray()));
    return state;
  }

  private void compare(NetworkStep step, Map<String, double[]> state) {
    state.forEach(comparison::sameOnAllRanks);
    step.state()
        .forEach((name, expected) -> comparison.values(name, present(state, name), expected));
    step.samples()
        .forEach((name, sample) -> sample.compare(comparison, name, present(state, name)));
  }

  private static double[] present(Map<String, double[]> state, String name) {
    return Objects.requireNonNull(state.get(name), name);
  }

  @Override
  public void close() {
    training.close();
    network.close();
    inputs.forEach(Batches::release);
  }
}
