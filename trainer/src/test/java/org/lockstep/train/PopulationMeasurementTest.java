package org.lockstep.train;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.data.Dataset;
import org.lockstep.data.Datasets;
import org.lockstep.data.EvaluationShard;
import org.lockstep.data.MiniBatches;
import org.lockstep.data.Standardization;
import org.lockstep.models.Models;
import org.lockstep.models.Network;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Pass;
import org.lockstep.nn.layers.PaddedShortcut;
import org.lockstep.nn.norm.BatchNorm;
import org.lockstep.nn.norm.NormSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

@Timeout(120)
class PopulationMeasurementTest {
  private static final Pass EVALUATION = Pass.evaluation(0);
  private static final double ROUNDING = 1e-6;

  /** 63 images are more than a batch on 1 rank; 2 images leave one of 3 ranks without any. */
  @ParameterizedTest
  @CsvSource({
    "small, sync, 63, 1, 4",
    "small, sync, 63, 2, 4",
    "small, local, 63, 3, 4",
    "small, sync:2, 5, 4, 4",
    "small-dense, local, 2, 3, 3",
    "resnet8, sync, 10, 3, 7"
  })
  void measure_ofAllLayers_isTheStatisticOfWhatEachSees(
      String model, String norm, int images, int ranks, int layers) {
    Dataset dataset = Datasets.load("digits", null, images);
    Map<Integer, double[]> found = new ConcurrentHashMap<>();
    AtomicReference<double[]> expected = new AtomicReference<>();
    InProcessGroup.run(
        ranks,
        world -> {
          try (Network network = build(model, norm, dataset, world);
              PopulationMeasurement population = measurement(network, dataset, world)) {
            population.measure(0);
            List<BatchNorm> norms = norms(network.layers());
            assertThat(norms).hasSize(layers);
            found.put(
                world.rank(),
                concat(norms.stream().map(PopulationMeasurementTest::measured).toList()));
            if (world.rank() == 0) {
              expected.set(concat(expected(network, dataset)));
            }
          }
        });

    double[] all = requireNonNull(expected.get());
    double[] first = requireNonNull(found.get(0));
    assertThat(first).hasSameSizeAs(all);
    for (int i = 0; i < all.length; i++) {
      assertThat(first[i]).isCloseTo(all[i], within(ROUNDING * (1 + Math.abs(all[i]))));
    }
    assertThat(found.values()).allSatisfy(same -> assertThat(same).isEqualTo(first));
  }

  @Test
  void measure_always_leavesRunningStatisticsAlone() {
    Dataset dataset = Datasets.load("digits", null, 10);
    Communicator world = InProcessGroup.solo();
    try (Network network = build("small", "sync", dataset, world);
        PopulationMeasurement population = measurement(network, dataset, world)) {
      String before = new StateDigest(network).agreed(world, 0);
      population.measure(0);
      network.commit();
      assertThat(new StateDigest(network).agreed(world, 0)).isEqualTo(before);
    }
  }

  @Test
  void release_afterAMeasurement_evaluatesAsBefore() {
    Dataset dataset = Datasets.load("digits", null, 10);
    Communicator world = InProcessGroup.solo();
    try (Network network = build("small", "sync", dataset, world);
        PopulationMeasurement population = measurement(network, dataset, world)) {
      double[] before = logits(network, dataset);
      population.measure(0);
      double[] precise = logits(network, dataset);
      population.release();
      assertThat(precise).isNotEqualTo(before);
      assertThat(logits(network, dataset)).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @CsvSource({"group:4", "layer", "instance", "none"})
  void isEmpty_ofNormsWithoutBatchStatistics_isTrue(String norm) {
    Dataset dataset = Datasets.load("digits", null, 10);
    Communicator world = InProcessGroup.solo();
    try (Network network = build("small", norm, dataset, world);
        PopulationMeasurement population = measurement(network, dataset, world)) {
      assertThat(population.isEmpty()).isTrue();
    }
  }

  private static Network build(String model, String norm, Dataset dataset, Communicator world) {
    NormSpec spec = NormSpec.parse(norm);
    return Models.build(model, dataset.shape(), dataset.classes(), spec, world, 1);
  }

  private static PopulationMeasurement measurement(
      Network network, Dataset dataset, Communicator world) {
    Standardization standardization = Standardization.of(dataset.train());
    return new PopulationMeasurement(network, dataset.train(), standardization, world);
  }

  private static List<BatchNorm> norms(List<Layer> layers) {
    List<BatchNorm> norms = new ArrayList<>();
    for (Layer layer : layers) {
      if (layer instanceof BatchNorm norm) {
        norms.add(norm);
      }
      norms.addAll(norms(layer.parts()));
    }
    return norms;
  }

  /** Mean and variance of what each batch norm sees when all images pass through in one batch. */
  private static List<double[]> expected(Network network, Dataset dataset) {
    List<double[]> expected = new ArrayList<>();
    try (MiniBatches batches =
        new MiniBatches(dataset.train(), Standardization.of(dataset.train()))) {
      INDArray y = whole(batches, dataset);
      for (Layer layer : network.layers()) {
        INDArray inside = y;
        for (Layer part : layer.parts()) {
          if (!(part instanceof PaddedShortcut)) {
            see(part, inside, expected);
            inside = part.forward(inside, EVALUATION);
          }
        }
        see(layer, y, expected);
        y = layer.forward(y, EVALUATION);
      }
    }
    return expected;
  }

  private static void see(Layer layer, INDArray x, List<double[]> expected) {
    if (layer instanceof BatchNorm) {
      int channels = (int) layer.parameters().get(0).value().length();
      expected.add(direct(Elements.of(x).toArray(), channels));
    }
  }

  /** The mean and then the variance of each channel, in two passes. */
  private static double[] direct(double[] values, int channels) {
    double[] result = new double[2 * channels];
    double n = (double) values.length / channels;
    for (int i = 0; i < values.length; i++) {
      result[i % channels] += values[i] / n;
    }
    for (int i = 0; i < values.length; i++) {
      double d = values[i] - result[i % channels];
      result[channels + i % channels] += d * d / n;
    }
    return result;
  }

  private static double[] measured(BatchNorm norm) {
    int channels = (int) norm.parameters().get(0).value().length();
    double[] result = new double[2 * channels];
    for (int c = 0; c < channels; c++) {
      result[c] = norm.population().mean(c);
      result[channels + c] = norm.population().variance(c);
    }
    return result;
  }

  private static double[] logits(Network network, Dataset dataset) {
    try (MiniBatches batches =
        new MiniBatches(dataset.train(), Standardization.of(dataset.train()))) {
      return Elements.of(network.forward(whole(batches, dataset), EVALUATION)).toArray();
    }
  }

  private static INDArray whole(MiniBatches batches, Dataset dataset) {
    int size = dataset.train().size();
    return batches.load(new EvaluationShard(dataset.train(), size, 0, 1).batch(0)).features();
  }

  private static double[] concat(List<double[]> parts) {
    return parts.stream().flatMapToDouble(Arrays::stream).toArray();
  }
}
