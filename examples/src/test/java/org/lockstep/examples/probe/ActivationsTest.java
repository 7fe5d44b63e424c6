package org.lockstep.examples.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lockstep.data.Datasets;
import org.lockstep.nn.Elements;
import org.nd4j.linalg.api.ndarray.INDArray;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ActivationsTest {
  /** The first layer's output is computed by hand here, from the images and the weights. */
  @Test
  void of_firstConvolution_hasTheMomentsOfItsChannels() {
    List<LayerFigures> seen = new ArrayList<>();
    List<Double> expected = new ArrayList<>();
    ProbeSetup setup = new ProbeSetup("small", 8, 1, 1, 0.05, 3);
    try (ProbedTraining training =
        new ProbedTraining(setup, Datasets.load("digits", null, 8), Subject.NORMALIZED)) {
      training.run(
          loss -> {
            seen.addAll(Activations.of(loss).layers());
            INDArray weights = loss.network().parameters().get(0).value();
            expected.addAll(moments(loss.batch().features(), weights));
          });
    }

    assertThat(seen)
        .extracting(LayerFigures::layer)
        .containsExactly("conv1", "conv2", "conv3", "conv4", "fc1");
    assertThat(seen.get(0).mean()).isCloseTo(expected.get(0), within(1e-5));
    assertThat(seen.get(0).variance()).isCloseTo(expected.get(1), within(1e-5));
    assertThat(seen).allSatisfy(layer -> assertThat(layer.gradient()).isPositive());
  }

  @Test
  void stepSizes_lossThatFallsAndRises_endWhereItIsHigherThanBefore() {
    List<Double> relative =
        IntStream.range(0, Activations.SIZES.size())
            .mapToObj(i -> i == 3 ? 0.4 : i < 6 ? 0.9 : i == 6 ? Double.NaN : 0.1)
            .collect(Collectors.toList());
    relative.set(relative.size() - 1, 2.0);
    Activations seen = new Activations(0, List.of(), relative);

    assertThat(seen.upTo()).isEqualTo(Median.digits(Activations.SIZES.get(5)));
    assertThat(seen.bestSize()).isEqualTo(Activations.SIZES.get(7));
  }

  @Test
  void upTo_whereAllOrNoStepsHelp_saysSo() {
    List<Double> worse = Collections.nCopies(Activations.SIZES.size(), 1.5);
    List<Double> better = Collections.nCopies(Activations.SIZES.size(), 0.5);

    assertThat(new Activations(0, List.of(), worse).upTo()).startsWith("below 0.0001");
    assertThat(new Activations(0, List.of(), better).upTo()).isEqualTo("10.0 or more");
  }

  @Test
  void sizes_always_goFromATenThousandthToTen() {
    assertThat(Activations.SIZES).hasSize(21).isSorted();
    assertThat(Activations.SIZES.get(0)).isCloseTo(1e-4, within(1e-12));
    assertThat(Activations.SIZES.get(20)).isEqualTo(10);
  }

  /** Of a 3x3 convolution with padding of images with one channel: mean |mean|, mean variance. */
  private static List<Double> moments(INDArray images, INDArray weights) {
    int count = (int) images.size(0);
    int side = (int) images.size(1);
    int channels = (int) weights.size(0);
    double[] x = Elements.of(images).toArray();
    double[] w = Elements.of(weights).toArray();
    double mean = 0;
    double variance = 0;
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      double squares = 0;
      for (int at = 0; at < count * side * side; at++) {
        double y = 0;
        for (int k = 0; k < 9; k++) {
          int row = at / side % side + k / 3 - 1;
          int column = at % side + k % 3 - 1;
          if (row >= 0 && row < side && column >= 0 && column < side) {
            y += w[c * 9 + k] * x[(at / (side * side) * side + row) * side + column];
          }
        }
        sum += y;
        squares += y * y;
      }
      double n = count * side * side;
      mean += Math.abs(sum / n) / channels;
      variance += (squares / n - sum / n * (sum / n)) / channels;
    }
    return List.of(mean, variance);
  }
}
