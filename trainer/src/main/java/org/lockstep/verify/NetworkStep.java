package org.lockstep.verify;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One update of a network.
 *
 * @param shards how the batch is cut
 * @param x images {@code [N, C, H, W]} of all ranks
 * @param labels their classes
 * @param loss expected, the mean over the global batch
 * @param logits expected before the update, {@code [N, classes]}
 * @param state expected after the update: parameters and running statistics by name
 * @param samples expected after the update of large parameters by name
 */
record NetworkStep(
    ShardSizes shards,
    NpyArray x,
    int[] labels,
    double loss,
    NpyArray logits,
    Map<String, double[]> state,
    Map<String, SampledParameter> samples) {
  static NetworkStep read(CaseFile part, NetworkSetup setup, int workers) {
    ShardSizes shards = ShardSizes.read(part, workers);
    NetworkPlan plan = setup.plan();
    int n = shards.ofAll();
    long channels = plan.image().channels();
    Map<String, double[]> state = new LinkedHashMap<>();
    for (CaseFile files : List.of(part.part("params"), part.part("buffers"))) {
      for (String name : files.keys()) {
        state.put(name, files.reals(name, shape(files, name, setup)).values());
      }
    }
    return new NetworkStep(
        shards,
        part.reals("x", n, channels, plan.image().height(), plan.image().width()),
        part.indices("labels", n, plan.classes()),
        part.number("loss"),
        part.reals("logits", n, plan.classes()),
        state,
        samples(part, setup));
  }

  private static Map<String, SampledParameter> samples(CaseFile part, NetworkSetup setup) {
    Map<String, SampledParameter> samples = new LinkedHashMap<>();
    if (part.has("sampled_params")) {
      CaseFile sampled = part.part("sampled_params");
      for (String name : sampled.keys()) {
        long elements = NpyArray.elements(shape(sampled, name, setup));
        samples.put(name, SampledParameter.read(sampled.part(name), elements));
      }
    }
    return samples;
  }

  private static long[] shape(CaseFile part, String name, NetworkSetup setup) {
    long[] shape = setup.shapes().get(name);
    if (shape == null) {
      throw part.unexpected(name, "parameters and running statistics of the model only");
    }
    return shape;
  }

  /** The names of all that has a tolerance. */
  Stream<String> quantities() {
    return Stream.of(
            Stream.of("loss", "logits"), state.keySet().stream(), samples.keySet().stream())
        .flatMap(names -> names);
  }
}
