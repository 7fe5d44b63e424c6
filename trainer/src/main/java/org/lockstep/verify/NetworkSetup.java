package org.lockstep.verify;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.lockstep.comm.Collective;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.models.Network;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Precision;

/**
 * A network in its initial state.
 *
 * @param plan its layers
 * @param parameters initial values by name
 * @param runningMean of every channel at first
 * @param runningVariance of every channel at first
 * @param shapes of parameters and running statistics by name
 */
record NetworkSetup(
    NetworkPlan plan,
    Map<String, double[]> parameters,
    double runningMean,
    double runningVariance,
    Map<String, long[]> shapes) {
  /** Reads a network, whose parameters must be exactly those of its model. */
  static NetworkSetup read(CaseFile file) {
    NetworkPlan plan = NetworkPlan.read(file);
    CaseFile init = file.part("init");
    CaseFile bn = file.part("bn");
    Map<String, long[]> shapes = new LinkedHashMap<>();
    Map<String, double[]> parameters = new LinkedHashMap<>();
    try (Network network = plan.build(InProcessGroup.solo(), Precision.FLOAT32)) {
      for (Parameter parameter : network.parameters()) {
        String name = parameter.name();
        shapes.put(name, parameter.value().shape());
        parameters.put(name, init.reals(name, parameter.value().shape()).values());
      }
      network.buffers().forEach((name, values) -> shapes.put(name, new long[] {values.length}));
    } catch (IllegalArgumentException e) {
      throw file.unexpected("model", "one that fits the inputs", String.valueOf(e.getMessage()));
    }
    for (String name : init.keys()) {
      if (!parameters.containsKey(name)) {
        throw init.unexpected(name, "parameters of a " + file.text("model") + " only");
      }
    }
    return new NetworkSetup(
        plan, parameters, bn.number("running_mean_init"), bn.number("running_var_init"), shapes);
  }

  /**
   * A new network.
   *
   * @param ranks share the statistics of its norms
   */
  @Collective
  Network build(Communicator ranks, Precision precision) {
    Network network = plan.build(ranks, precision);
    for (Parameter parameter : network.parameters()) {
      double[] values = Objects.requireNonNull(parameters.get(parameter.name()));
      Elements.of(parameter.value()).put(0, values, values.length);
    }
    network.buffers().forEach(this::initialize);
    return network;
  }

  private void initialize(String name, double[] buffer) {
    if (name.endsWith(".running_mean")) {
      Arrays.fill(buffer, runningMean);
    } else if (name.endsWith(".running_var")) {
      Arrays.fill(buffer, runningVariance);
    }
  }
}
