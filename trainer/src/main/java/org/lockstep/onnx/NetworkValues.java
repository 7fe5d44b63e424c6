package org.lockstep.onnx;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lockstep.models.Network;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Parameter;

/** A float32 network's parameters and buffers by name. */
final class NetworkValues {
  private final Map<String, Parameter> parameters;
  private final Map<String, double[]> buffers;

  NetworkValues(Network network) {
    parameters =
        network.parameters().stream()
            .collect(Collectors.toMap(Parameter::name, Function.identity()));
    buffers = network.buffers();
  }

  /** The numbers of a parameter in C order. */
  double[] parameter(String name) {
    FloatBuffer values = HostMemory.floats(find(name).value());
    double[] copy = new double[values.remaining()];
    Arrays.setAll(copy, values::get);
    return copy;
  }

  /** The sizes of a parameter's axes. */
  long[] shape(String name) {
    return find(name).value().shape();
  }

  private Parameter find(String name) {
    return present(parameters.get(name), name);
  }

  double[] buffer(String name) {
    return present(buffers.get(name), name);
  }

  private static <T> T present(@Nullable T value, String name) {
    if (value == null) {
      throw new IllegalArgumentException(
          "expected a layer with "
              + name
              + ", found one without; only whole layers can be written");
    }
    return value;
  }
}
