package org.lockstep.nn.layers;

import java.util.Arrays;
import java.util.stream.Stream;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A layer to be, with parameters that are float32 numbers, and a batch of such numbers. */
record LayerCase(String name, int n, Shape in, Maker maker) {
  /** Every kind of layer, in the shapes that differ. */
  static Stream<LayerCase> all() {
    return Stream.of(
        new LayerCase("conv", 2, new Shape(6, 7, 3), conv(5, 3, 1, 1, true, true)),
        new LayerCase("conv without a bias", 2, new Shape(5, 5, 4), conv(3, 3, 1, 0, false, true)),
        new LayerCase("conv with a stride", 3, new Shape(7, 6, 3), conv(4, 3, 2, 1, true, true)),
        new LayerCase(
            "conv of partial windows", 2, new Shape(6, 6, 2), conv(3, 3, 2, 0, true, true)),
        new LayerCase("conv of one channel", 2, new Shape(6, 7, 1), conv(4, 3, 1, 1, false, true)),
        new LayerCase(
            "conv 1x1 with a stride", 2, new Shape(4, 5, 3), conv(6, 1, 2, 0, false, true)),
        new LayerCase("conv on a pixel", 2, new Shape(1, 1, 4), conv(3, 3, 1, 1, true, true)),
        new LayerCase("first conv", 2, new Shape(5, 5, 2), conv(3, 3, 1, 1, true, false)),
        new LayerCase("dense from images", 3, new Shape(3, 2, 4), dense(7, true, true)),
        new LayerCase("dense from vectors", 3, Shape.features(9), dense(4, true, true)),
        new LayerCase("dense without a bias", 1, Shape.features(5), dense(3, false, true)),
        new LayerCase("first dense", 2, new Shape(2, 3, 2), dense(3, true, false)),
        new LayerCase(
            "max pool", 2, new Shape(5, 7, 3), (in, p) -> new MaxPool2d("pool", in, 2, p)),
        new LayerCase(
            "max pool 3x3", 2, new Shape(6, 6, 2), (in, p) -> new MaxPool2d("pool", in, 3, p)),
        new LayerCase(
            "mean", 3, new Shape(3, 5, 4), (in, p) -> new GlobalAveragePool("gap", in, p)),
        new LayerCase("relu", 2, new Shape(3, 4, 5), (in, p) -> new Relu("relu", in, p)),
        new LayerCase("relu of vectors", 2, Shape.features(6), (in, p) -> new Relu("relu", in, p)));
  }

  /** Layers whose weights, standardized, are numbers of no precision. */
  static Stream<LayerCase> standardized() {
    return Stream.of(
        new LayerCase("conv of standardized weights", 2, new Shape(6, 5, 3), standardized(true)),
        new LayerCase("first conv of such", 3, new Shape(5, 6, 2), standardized(false)));
  }

  private static Maker conv(
      int channels, int kernel, int stride, int pad, boolean bias, boolean inputGradient) {
    return (in, p) -> new Conv2d("conv", in, channels, kernel, stride, pad, bias, inputGradient, p);
  }

  private static Maker standardized(boolean inputGradient) {
    return (in, p) -> new Conv2d("conv", in, 4, 3, 2, 1, true, true, inputGradient, p);
  }

  private static Maker dense(int outputs, boolean bias, boolean inputGradient) {
    return (in, p) -> new Dense("fc", in, outputs, bias, inputGradient, p);
  }

  PlannedLayer make(Precision precision) {
    PlannedLayer layer = maker.make(in, precision);
    for (Parameter parameter : layer.parameters()) {
      double[] values = Oracle.random(7, parameter.value().length());
      Elements.of(parameter.value()).put(0, values, values.length);
    }
    return layer;
  }

  LayerCase of(int samples) {
    return new LayerCase(name, samples, in, maker);
  }

  INDArray batch(Precision precision) {
    return in.height() * in.width() == 1 && !name.contains("conv")
        ? random(precision, 1, n, in.channels())
        : random(precision, 1, n, in.height(), in.width(), in.channels());
  }

  @Override
  public String toString() {
    return name;
  }

  /** Float32 numbers, rounded where {@code precision} is less. */
  static INDArray random(Precision precision, long seed, long... shape) {
    double[] values = Oracle.random(seed, Arrays.stream(shape).reduce(1, (a, b) -> a * b));
    INDArray array = precision.allocate(shape);
    Elements.of(array).put(0, values, values.length);
    return array;
  }

  /** Makes a layer of one kind. */
  interface Maker {
    PlannedLayer make(Shape in, Precision precision);
  }
}
