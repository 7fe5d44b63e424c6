package org.lockstep.nn.layers;

import static org.lockstep.nn.layers.Oracle.assertClose;
import static org.lockstep.nn.layers.Oracle.fill;
import static org.lockstep.nn.layers.Oracle.gradient;
import static org.lockstep.nn.layers.Oracle.magnitudes;
import static org.lockstep.nn.layers.Oracle.random;

import java.util.List;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Checks a layer that is linear in x, in its weights and in its bias against plain loops. */
final class LinearCase {
  /** The layer in double. */
  interface Loops {
    double[] apply(double[] x, double[] weight, double[] bias);
  }

  private LinearCase() {}

  /** Fills the layer's parameters, runs both passes and checks y, dx and all gradients. */
  static void check(WeightedLayer layer, Loops loops, long... xShape) {
    List<Parameter> parameters = layer.parameters();
    double[] weight = random(1, parameters.get(0).value().length());
    double[] bias = random(2, parameters.size() == 2 ? parameters.get(1).value().length() : 0);
    fill(parameters.get(0).value(), weight);
    if (parameters.size() == 2) {
      fill(parameters.get(1).value(), bias);
    }
    double[] x = random(3, product(xShape));
    INDArray y = layer.forward(Oracle.array(x, xShape), Pass.training(0));
    double[] expected = loops.apply(x, weight, bias);
    double[] size = loops.apply(magnitudes(x), magnitudes(weight), magnitudes(bias));
    assertClose(y, expected, size, layer.fanIn() + 1);

    double[] dy = random(4, expected.length);
    INDArray dx = layer.backward(Oracle.array(dy, y.shape()));
    checkGradients(loops, new double[][] {x, weight, bias, dy}, parameters, dx);
  }

  /** The function is linear in each argument, so differences of any width are exact: take 2. */
  private static void checkGradients(
      Loops loops, double[][] values, List<Parameter> parameters, INDArray dx) {
    double[] x = values[0];
    double[] weight = values[1];
    double[] bias = values[2];
    double[] dy = values[3];
    double[] absX = magnitudes(x);
    double[] absWeight = magnitudes(weight);
    double[] absDy = magnitudes(dy);
    double[] noBias = new double[bias.length];
    if (!dx.isEmpty()) {
      assertClose(
          dx,
          gradient(v -> loops.apply(v, weight, bias), x, dy, 1),
          gradient(v -> loops.apply(v, absWeight, noBias), absX, absDy, 1),
          weight.length);
    }
    assertClose(
        parameters.get(0).gradient(),
        gradient(v -> loops.apply(x, v, bias), weight, dy, 1),
        gradient(v -> loops.apply(absX, v, noBias), absWeight, absDy, 1),
        dy.length);
    if (bias.length > 0) {
      assertClose(
          parameters.get(1).gradient(),
          gradient(v -> loops.apply(x, weight, v), bias, dy, 1),
          gradient(v -> loops.apply(absX, absWeight, v), bias, absDy, 1),
          dy.length);
    }
  }

  private static long product(long[] shape) {
    long product = 1;
    for (long size : shape) {
      product *= size;
    }
    return product;
  }
}
