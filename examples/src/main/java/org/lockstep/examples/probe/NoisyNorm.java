package org.lockstep.examples.probe;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.AddingLayer;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A norm with {@link Noise} on its output in training: y = s·norm(x) + m, plus the addend, and the
 * ReLU behind it if there is one. In evaluation there is no noise. One rank's thread calls it.
 */
final class NoisyNorm implements AddingLayer {
  private final Layer norm;
  private final boolean relu;
  private final Precision precision;
  private final Noise noise;
  private final Map<Integer, Buffers> buffers = new HashMap<>();
  private @Nullable Buffers latest;
  private boolean noisy;

  /**
   * @param norm without a ReLU; closed with this
   * @param seed of the noise
   */
  NoisyNorm(Layer norm, boolean relu, Precision precision, long seed) {
    this.norm = norm;
    this.relu = relu;
    this.precision = precision;
    noise = new Noise(seed, norm.name());
  }

  @Override
  public String name() {
    return norm.name();
  }

  @Override
  public INDArray forward(INDArray x, @Nullable INDArray addend, Pass pass) {
    INDArray normalized = norm.forward(x, pass);
    Buffers to = buffers.computeIfAbsent((int) x.length(), n -> new Buffers(precision, normalized));
    latest = to;
    noisy = pass.training();
    double[] y = to.values;
    Elements.of(normalized).get(0, y, y.length);
    if (noisy) {
      noise.draw(pass.step(), y.length, (int) x.size(-1));
      for (int i = 0; i < y.length; i++) {
        y[i] = y[i] * noise.scale(i) + noise.shift(i);
      }
    }
    finish(y, addend == null ? null : Elements.of(addend).toArray());
    to.y.put(0, y, y.length);
    return to.output;
  }

  private void finish(double[] y, double @Nullable [] addend) {
    for (int i = 0; i < y.length; i++) {
      double sum = addend == null ? y[i] : y[i] + addend[i];
      y[i] = relu ? Math.max(sum, 0) : sum;
    }
  }

  @Override
  public INDArray backward(INDArray dy) {
    Buffers of = last();
    double[] gradients = of.gradients;
    Elements.of(dy).get(0, gradients, gradients.length);
    for (int i = 0; relu && i < gradients.length; i++) {
      gradients[i] = of.values[i] > 0 ? gradients[i] : 0;
    }
    of.addendGradients.put(0, gradients, gradients.length);
    for (int i = 0; noisy && i < gradients.length; i++) {
      gradients[i] *= noise.scale(i);
    }
    of.normGradients.put(0, gradients, gradients.length);
    return norm.backward(of.normGradient);
  }

  private Buffers last() {
    if (latest == null) {
      throw new IllegalStateException(name() + ": a backward pass follows a forward pass");
    }
    return latest;
  }

  @Override
  public INDArray addendGradient() {
    return last().addendGradient;
  }

  @Override
  public List<Parameter> parameters() {
    return norm.parameters();
  }

  @Override
  public List<Layer> parts() {
    return List.of(norm);
  }

  @Override
  public Map<String, double[]> buffers() {
    return norm.buffers();
  }

  @Override
  public void commit() {
    norm.commit();
  }

  @Override
  public void close() {
    norm.close();
    buffers.values().forEach(Buffers::close);
    buffers.clear();
    latest = null;
  }

  /** The arrays for one batch size, and what is in them as doubles. */
  private static final class Buffers {
    final INDArray output;
    final INDArray addendGradient;
    final INDArray normGradient;
    final Elements y;
    final Elements addendGradients;
    final Elements normGradients;
    final double[] values;
    final double[] gradients;

    Buffers(Precision precision, INDArray like) {
      output = precision.allocate(like.shape());
      addendGradient = precision.allocate(like.shape());
      normGradient = precision.allocate(like.shape());
      y = Elements.of(output);
      addendGradients = Elements.of(addendGradient);
      normGradients = Elements.of(normGradient);
      values = new double[y.size()];
      gradients = new double[y.size()];
    }

    void close() {
      List.of(output, addendGradient, normGradient).stream()
          .filter(array -> !array.isEmpty())
          .forEach(INDArray::close);
    }
  }
}
