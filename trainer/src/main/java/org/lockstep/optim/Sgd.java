package org.lockstep.optim;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Stochastic gradient descent by PyTorch's rule, for every parameter p, gamma, beta and biases
 * included, each in its own precision:
 *
 * <pre>
 *   g = gradient + weightDecay·p
 *   v = momentum·v + g                 v starts at 0
 *   p = p - rate·v                     with Nesterov's momentum: p - rate·(g + momentum·v)
 * </pre>
 *
 * (Sutskever et al. 2013, section 2, with the rate outside v.) Not thread-safe. Allocates nothing
 * per step.
 */
public final class Sgd {
  /** Floats that are updated at a time: value, gradient and v fit a core's first-level cache. */
  private static final int BLOCK = 2048;

  /** The float32 ones; the others are {@link #doubles}. */
  private final List<Parameter> parameters;

  private final FloatBuffer[] values;
  private final FloatBuffer[] gradients;
  private final float[][] velocities;
  private final float[] value = new float[BLOCK];
  private final float[] gradient = new float[BLOCK];
  private final float[] v = new float[BLOCK];
  private final float momentum;
  private final float weightDecay;
  private final boolean nesterov;
  private final List<DoubleDescent> doubles;

  /**
   * An optimizer at rest: all v are 0.
   *
   * @param parameters what it updates, by their gradients summed over the ranks
   */
  public Sgd(List<Parameter> parameters, double momentum, double weightDecay, boolean nesterov) {
    this.parameters = parameters.stream().filter(p -> is(p, Precision.FLOAT32)).toList();
    this.values = memory(Parameter::value);
    this.gradients = memory(Parameter::gradient);
    this.velocities =
        Arrays.stream(values).map(memory -> new float[memory.capacity()]).toArray(float[][]::new);
    this.momentum = (float) momentum;
    this.weightDecay = (float) weightDecay;
    this.nesterov = nesterov;
    doubles =
        parameters.stream()
            .filter(p -> is(p, Precision.FLOAT64))
            .map(p -> new DoubleDescent(p, momentum, weightDecay, nesterov))
            .toList();
  }

  private static boolean is(Parameter parameter, Precision precision) {
    return Precision.of(parameter.value()) == precision;
  }

  private FloatBuffer[] memory(Function<Parameter, INDArray> array) {
    return parameters.stream().map(array).map(HostMemory::floats).toArray(FloatBuffer[]::new);
  }

  /** Updates every parameter once. */
  public void step(double learningRate) {
    for (int k = 0; k < values.length; k++) {
      float[] velocity = velocities[k];
      for (int start = 0; start < velocity.length; start += BLOCK) {
        int length = Math.min(BLOCK, velocity.length - start);
        gradients[k].get(start, gradient, 0, length);
        values[k].get(start, value, 0, length);
        System.arraycopy(velocity, start, v, 0, length);
        update(length, (float) learningRate);
        System.arraycopy(v, 0, velocity, start, length);
        values[k].put(start, value, 0, length);
      }
    }
    for (DoubleDescent parameter : doubles) {
      parameter.step(learningRate);
    }
  }

  /**
   * Plain and Nesterov's rule in one loop, p -= rate·(ofG·g + ofV·v), over arrays with one index,
   * which is what the JIT vectorizes.
   */
  private void update(int length, float rate) {
    float ofG = nesterov ? 1 : 0;
    float ofV = nesterov ? momentum : 1;
    for (int i = 0; i < length; i++) {
      float g = gradient[i] + weightDecay * value[i];
      v[i] = momentum * v[i] + g;
      value[i] -= rate * (ofG * g + ofV * v[i]);
    }
  }

  /**
   * All v by the name of their parameter, each in the order of its elements; live arrays.
   *
   * @throws IllegalStateException if a parameter is float64: only float32 runs can be resumed
   */
  public Map<String, float[]> state() {
    if (!doubles.isEmpty()) {
      throw new IllegalStateException(
          "the state of an optimizer is float32, as checkpoints are; found "
              + doubles.size()
              + " float64 parameters; train in float32 to save and resume");
    }
    Map<String, float[]> state = new LinkedHashMap<>();
    for (int k = 0; k < velocities.length; k++) {
      state.put(parameters.get(k).name(), velocities[k]);
    }
    return state;
  }
}
