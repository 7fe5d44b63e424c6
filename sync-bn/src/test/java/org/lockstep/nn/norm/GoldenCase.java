package org.lockstep.nn.norm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.Communicator;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Layer;

/**
 * One folder below the resource {@code golden}: inputs and what PyTorch computed from them in
 * float64. {@code golden/FORMAT.md} describes the files.
 *
 * @param name the folder
 * @param json its {@code case.json}
 */
record GoldenCase(String name, JsonNode json) {
  /** The cases in layouts and precisions that the layers support. */
  static final List<String> SUPPORTED =
      List.of(
          "bn_nc_basic",
          "bn_nc_one_each",
          "bn_nchw_basic",
          "bn_nchw_cumulative",
          "bn_nchw_empty_shard",
          "bn_shards_far_apart",
          "bn_hard_ratio_1e3",
          "bn_hard_ratio_1e4",
          "bn_hard_ratio_1e6",
          "bn_constant_channels",
          "bn_tiny_1e-20",
          "bn_huge_1e18",
          "gn_nc_groups3",
          "gn_nchw_groups4_empty_shard",
          "gn_nchw_instancenorm",
          "gn_hard_ratio_1e4");

  static GoldenCase load(String name) throws IOException {
    try (InputStream in = open(name + "/case.json")) {
      return new GoldenCase(name, new ObjectMapper().readTree(in));
    }
  }

  private static InputStream open(String file) throws IOException {
    InputStream in = GoldenCase.class.getResourceAsStream("/golden/" + file);
    if (in == null) {
      throw new FileNotFoundException("no resource golden/" + file);
    }
    return in;
  }

  /** The array that {@code part} names under {@code key}. */
  NpyArray array(JsonNode part, String key) throws IOException {
    try (InputStream in = open(name + "/" + part.get(key).asText())) {
      return NpyArray.read(in);
    }
  }

  /** A rank's rows of the array that {@code part} names under {@code key}. */
  NpyArray shard(JsonNode part, String key, int rank) throws IOException {
    JsonNode shards = part.get("shards");
    int from = IntStream.range(0, rank).map(i -> shards.get(i).asInt()).sum();
    return array(part, key).rows(from, from + shards.get(rank).asInt());
  }

  int workers() {
    return json.get("workers").asInt();
  }

  JsonNode steps() {
    return json.get("steps");
  }

  @Nullable JsonNode evaluation() {
    return json.get("eval");
  }

  double tolerance(String precision, String quantity) {
    return json.get("tolerance").get(precision).get(quantity).asDouble();
  }

  /** The layer under test, in its initial state, on the rank of {@code group}. */
  Layer layer(Communicator group, Layout layout) throws IOException {
    int channels = json.get("channels").asInt();
    Layer layer = json.has("groups") ? groupNorm(channels, layout) : batchNorm(group, layout);
    for (int i = 0; i < 2; i++) {
      double[] values = array(json, i == 0 ? "gamma" : "beta").values();
      for (int c = 0; c < channels; c++) {
        HostMemory.floats(layer.parameters().get(i).value()).put(c, (float) values[c]);
      }
    }
    return layer;
  }

  private Layer groupNorm(int channels, Layout layout) {
    GroupNormConfig config =
        GroupNormConfig.of(json.get("groups").asInt()).withEps(eps()).withLayout(layout);
    return new GroupNorm("norm", channels, config);
  }

  private Layer batchNorm(Communicator group, Layout layout) throws IOException {
    JsonNode momentum = json.get("momentum");
    BatchNormConfig config =
        BatchNormConfig.DEFAULT
            .withEps(eps())
            .withMomentum(momentum.isNull() ? null : momentum.asDouble())
            .withLayout(layout);
    Layer layer = BatchNorm.sync("norm", json.get("channels").asInt(), config, group);
    for (String statistic : List.of("running_mean", "running_var")) {
      double[] initial = array(json, statistic + "_init").values();
      System.arraycopy(initial, 0, layer.buffers().get("norm." + statistic), 0, initial.length);
    }
    return layer;
  }

  private double eps() {
    return json.get("eps").asDouble();
  }
}
