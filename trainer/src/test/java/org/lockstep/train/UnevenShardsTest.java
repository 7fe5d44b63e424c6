package org.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.data.Dataset;
import org.lockstep.data.Datasets;
import org.lockstep.data.MiniBatch;
import org.lockstep.data.MiniBatches;
import org.lockstep.data.ShardedSampler;
import org.lockstep.data.Shards;
import org.lockstep.data.Standardization;
import org.lockstep.models.Models;
import org.lockstep.models.Network;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormSpec;
import org.lockstep.optim.Sgd;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Ranks that run out of data one after the other train like one rank on the global batches. */
@Timeout(120)
class UnevenShardsTest {
  /** Shards of 4, 8 and 12 images: the third rank makes the last two of six steps alone. */
  private static final Dataset DIGITS = Datasets.load("digits", null, 24);

  private static final int RANKS = 3;
  private static final int STEPS = 6;
  private static final int BATCH = 2;
  private static final int SEED = 1;
  private static final double RATE = 0.01;
  private static final double MOMENTUM = 0.9;
  private static final double ROUNDING = 2e-5;

  @ParameterizedTest
  @ValueSource(strings = {"sync", "group:4", "none"})
  void step_ofRanksThatRunOut_isThatOfOneRankOnTheGlobalBatch(String norm) {
    List<Run> ranks = ranks(norm);
    Run whole = whole(norm);
    for (int step = 0; step < STEPS; step++) {
      int at = step;
      double mean = ranks.stream().mapToDouble(run -> run.losses[at]).sum();
      assertThat(mean).as("loss of step " + step).isCloseTo(whole.losses[step], within(ROUNDING));
    }
    assertThat(ranks.get(0).state).containsExactly(whole.state, within(ROUNDING));
    assertThat(ranks).allSatisfy(run -> assertThat(run.state).isEqualTo(ranks.get(0).state));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sync", "group:4", "none"})
  void fit_ranksThatRunOut_reportsTheMeanLossOverAllImages(String norm) {
    TrainConfig config =
        new TrainConfig(
            "resnet8",
            norm,
            "digits",
            null,
            24,
            Shards.UNEVEN,
            BATCH,
            1,
            SEED,
            RATE,
            MOMENTUM,
            0,
            false,
            "constant",
            Statistics.EMA,
            0,
            Precision.FLOAT32,
            "none");
    Map<Integer, RunResult> results = new ConcurrentHashMap<>();
    InProcessGroup.run(
        RANKS,
        world -> {
          try (Trainer trainer = new Trainer(config, DIGITS, world)) {
            results.put(world.rank(), trainer.fit(TrainListener.SILENT));
          }
        });
    Run whole = whole(norm);
    // 2 + 2 + 2 images in two steps, then 2 + 2 in two, then 2 in two
    double[] images = {6, 6, 4, 4, 2, 2};
    double mean =
        IntStream.range(0, STEPS).mapToDouble(i -> whole.losses[i] * images[i] / 24).sum();
    assertThat(results.values())
        .hasSize(RANKS)
        .allSatisfy(
            result -> assertThat(result.lastEpoch().trainLoss()).isCloseTo(mean, within(ROUNDING)));
  }

  /** A rank's share of the loss of each step, and the network's state at the end. */
  private record Run(double[] losses, double[] state) {}

  private static List<Run> ranks(String norm) {
    Map<Integer, Run> runs = new ConcurrentHashMap<>();
    InProcessGroup.run(
        RANKS, world -> runs.put(world.rank(), run(norm, world, List.of(world.rank()))));
    return List.copyOf(runs.values());
  }

  private static Run whole(String norm) {
    return run(norm, InProcessGroup.solo(), List.of(0, 1, 2));
  }

  /**
   * @param dealt the ranks whose batches this one takes, put together
   */
  private static Run run(String norm, Communicator world, List<Integer> dealt) {
    double[] losses = new double[STEPS];
    List<ShardedSampler> samplers =
        dealt.stream()
            .map(r -> new ShardedSampler(DIGITS.train(), Shards.UNEVEN, BATCH, r, RANKS, SEED))
            .toList();
    try (Network network =
            Models.build("resnet8", DIGITS.shape(), 10, NormSpec.parse(norm), world, SEED);
        TrainingStep training =
            new TrainingStep(
                network, 10, new Sgd(network.parameters(), MOMENTUM, 0, false), world)) {
      for (int step = 0; step < STEPS; step++) {
        losses[step] = step(training, samplers, step);
      }
      return new Run(losses, state(network));
    }
  }

  private static double step(TrainingStep training, List<ShardedSampler> samplers, int step) {
    List<double[]> pixels = new ArrayList<>();
    List<int[]> labels = new ArrayList<>();
    int globalSize = 0;
    for (ShardedSampler sampler : samplers) {
      try (MiniBatches batches =
          new MiniBatches(DIGITS.train(), Standardization.of(DIGITS.train()))) {
        MiniBatch batch = batches.load(sampler.batch(0, step));
        pixels.add(Elements.of(batch.features()).toArray());
        labels.add(Arrays.copyOf(batch.labels(), batch.size()));
        globalSize = batch.globalSize();
      }
    }
    int[] classes = labels.stream().flatMapToInt(Arrays::stream).toArray();
    double[] values = pixels.stream().flatMapToDouble(Arrays::stream).toArray();
    Shape image = DIGITS.shape();
    INDArray x =
        Precision.FLOAT32.allocate(classes.length, image.height(), image.width(), image.channels());
    Elements.of(x).put(0, values, values.length);
    return training.step(x, classes, classes.length, globalSize, RATE);
  }

  /** All parameters and running statistics. */
  private static double[] state(Network network) {
    List<double[]> state = new ArrayList<>();
    network.parameters().forEach(p -> state.add(Elements.of(p.value()).toArray()));
    state.addAll(network.buffers().values());
    return state.stream().flatMapToDouble(Arrays::stream).toArray();
  }
}
