package org.lockstep.nn.layers;

import java.util.Arrays;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Parameter;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Weight Standardization (Qiao, Wang, Liu, Shen &amp; Yuille 2019, "Micro-Batch Training with
 * Batch-Channel Normalization and Weight Standardization"): a layer computes with what in place of
 * the weights w that are trained. Of each output channel's I weights, with their mean and biased
 * variance,
 *
 * <pre>
 *   what = (w - mean)·invStd,   invStd = 1/sqrt(var + eps)
 *   dw   = invStd·(dwhat - Σdwhat/I - what·Σdwhat·what/I)
 * </pre>
 *
 * <p>eps is small beside the variance of any initial weights, about 1/(3·I), so that what has
 * variance 1 however many inputs there are; weights that are all alike become 0. Computed in
 * double. Belongs to the layer's thread.
 */
public final class WeightStandardization {
  private static final double EPS = 1e-10;

  private final Parameter standardized;
  private final Elements rawValues;
  private final Elements rawGradients;
  private final Elements values;
  private final Elements gradients;
  private final int channels;
  private final int fanIn;
  private final double[] inverseStd;
  private final double[] row;
  private final double[] gradientRow;

  /**
   * @param raw what is trained, {@code [outChannels, ...]}
   * @param value for what, of the same shape
   * @param gradient for the gradient of that
   */
  WeightStandardization(Parameter raw, INDArray value, INDArray gradient) {
    standardized = new Parameter(raw.name(), value, gradient, false);
    rawValues = Elements.of(raw.value());
    rawGradients = Elements.of(raw.gradient());
    values = Elements.of(value);
    gradients = Elements.of(gradient);
    channels = (int) raw.value().size(0);
    fanIn = rawValues.size() / channels;
    inverseStd = new double[channels];
    row = new double[fanIn];
    gradientRow = new double[fanIn];
  }

  /**
   * Checks that there is something to standardize.
   *
   * @param fanIn weights of an output channel
   * @throws IllegalArgumentException if it is one, which less its mean is always 0
   */
  public static void check(String layer, int fanIn) {
    if (fanIn < 2) {
      throw new IllegalArgumentException(
          layer + ": expected at least 2 weights a channel to standardize, found " + fanIn);
    }
  }

  /** What the layer computes with: not trained, and not to be shown to an optimizer. */
  Parameter standardized() {
    return standardized;
  }

  /** The same layer's passes, from the weights and to their gradients. */
  Plan around(Plan plan) {
    return new Around(plan, this);
  }

  private record Around(Plan plan, WeightStandardization weights) implements Plan {
    @Override
    public INDArray forward(INDArray x) {
      weights.standardize();
      return plan.forward(x);
    }

    @Override
    public INDArray backward(INDArray dy) {
      INDArray dx = plan.backward(dy);
      weights.computeGradients();
      return dx;
    }
  }

  private void standardize() {
    for (int channel = 0; channel < channels; channel++) {
      rawValues.get(channel * fanIn, row, fanIn);
      inverseStd[channel] = standardize(row);
      values.put(channel * fanIn, row, fanIn);
    }
  }

  /**
   * What a layer with these weights computes with.
   *
   * @param weights {@code [outChannels, fanIn]}
   * @param fanIn weights of an output channel
   */
  public static double[] standardized(double[] weights, int fanIn) {
    double[] standardized = new double[weights.length];
    for (int first = 0; first < weights.length; first += fanIn) {
      double[] row = Arrays.copyOfRange(weights, first, first + fanIn);
      standardize(row);
      System.arraycopy(row, 0, standardized, first, fanIn);
    }
    return standardized;
  }

  /**
   * One channel's weights, in place.
   *
   * @return invStd
   */
  private static double standardize(double[] row) {
    double mean = sum(row) / row.length;
    double squares = 0;
    for (int i = 0; i < row.length; i++) {
      row[i] -= mean;
      squares += row[i] * row[i];
    }
    double inverseStd = 1 / Math.sqrt(squares / row.length + EPS);
    for (int i = 0; i < row.length; i++) {
      row[i] *= inverseStd;
    }
    return inverseStd;
  }

  private void computeGradients() {
    for (int channel = 0; channel < channels; channel++) {
      values.get(channel * fanIn, row, fanIn);
      gradients.get(channel * fanIn, gradientRow, fanIn);
      double mean = sum(gradientRow) / fanIn;
      double projection = 0;
      for (int i = 0; i < fanIn; i++) {
        projection += gradientRow[i] * row[i] / fanIn;
      }
      for (int i = 0; i < fanIn; i++) {
        gradientRow[i] = inverseStd[channel] * (gradientRow[i] - mean - row[i] * projection);
      }
      rawGradients.put(channel * fanIn, gradientRow, fanIn);
    }
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
