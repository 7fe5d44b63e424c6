package org.lockstep.nn.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Random float32 data, differences in double, and the rounding errors float32 may make. Inputs are
 * float32 numbers, so the oracle in double sees exactly what the layer sees.
 */
final class Oracle {
  /** Half the distance from 1 to the next float. */
  private static final double UNIT = Math.pow(2, -24);

  private Oracle() {}

  static double[] random(long seed, long size) {
    Random random = new Random(seed);
    double[] values = new double[(int) size];
    Arrays.setAll(values, i -> (float) random.nextGaussian());
    return values;
  }

  static INDArray array(double[] values, long... shape) {
    INDArray array = Precision.FLOAT32.allocate(shape);
    fill(array, values);
    return array;
  }

  static void fill(INDArray array, double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    HostMemory.floats(array).put(floats);
  }

  static float[] values(INDArray array) {
    float[] values = new float[(int) array.length()];
    HostMemory.floats(array).get(values);
    return values;
  }

  /** The gradient of {@code sum(dy * f(x))} by central differences of width {@code 2 h}. */
  static double[] gradient(UnaryOperator<double[]> f, double[] x, double[] dy, double h) {
    double[] at = x.clone();
    double[] gradient = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      at[i] = x[i] + h;
      double[] above = f.apply(at);
      at[i] = x[i] - h;
      double[] below = f.apply(at);
      at[i] = x[i];
      for (int j = 0; j < dy.length; j++) {
        gradient[i] += dy[j] * (above[j] - below[j]) / (2 * h);
      }
    }
    return gradient;
  }

  static double[] magnitudes(double[] values) {
    return Arrays.stream(values).map(Math::abs).toArray();
  }

  /**
   * Asserts that each value is right within what a float32 sum of {@code terms} products may be off
   * in any order of summation: {@code (terms + 2) 2^-24} of the sum of the products' magnitudes
   * (Higham 2002, eq. 3.5, with some room for the second order).
   */
  static void assertClose(INDArray actual, double[] expected, double[] magnitudes, long terms) {
    float[] values = values(actual);
    assertThat(values).hasSameSizeAs(expected);
    for (int i = 0; i < values.length; i++) {
      double tolerance = 1.1 * (terms + 2) * UNIT * magnitudes[i] + 1e-12;
      assertThat((double) values[i]).as("element %d", i).isCloseTo(expected[i], offset(tolerance));
    }
  }
}
