package org.lockstep.nn.norm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How many collectives a layer makes in each phase, and how large they are, whatever its shard. */
@Timeout(60)
class CollectiveCountTest {
  private static final int CHANNELS = 5;
  private static final BatchNormConfig DEFAULT = BatchNormConfig.DEFAULT;

  /** One of two samples, none, and one. */
  private static final int[] SHARDS = {2, 0, 1};

  static Stream<BatchNormConfig> configs() {
    return Stream.of(
        DEFAULT,
        DEFAULT.withRelu(true).withPrecision(Precision.FLOAT64),
        DEFAULT.withAffine(false),
        DEFAULT.withTrackRunningStatistics(false).withLayout(Layout.CHANNELS_FIRST));
  }

  private static INDArray shard(int samples, Precision precision) {
    return precision.allocate(samples, CHANNELS);
  }

  @ParameterizedTest
  @MethodSource("configs")
  void batchNorm_inTraining_makesOneForwardAndOneBackwardOnEveryRank(BatchNormConfig config) {
    ConcurrentHashMap<Integer, List<String>> calls = new ConcurrentHashMap<>();
    InProcessGroup.run(
        SHARDS.length,
        world -> {
          RecordingCommunicator recorder = new RecordingCommunicator(world);
          try (BatchNorm norm = BatchNorm.sync("bn3", CHANNELS, config, recorder)) {
            INDArray x = shard(SHARDS[world.rank()], config.precision());
            norm.forward(x, Pass.training(4));
            norm.backward(x);
            norm.commit();
          }
          calls.put(world.rank(), recorder.calls());
        });
    String forward = "MOMENTS of " + (2 * CHANNELS + 1) + " for bn3 forward of step 4";
    String backward = "SUM of " + 2 * CHANNELS + " for bn3 backward of step 4";
    IntStream.range(0, SHARDS.length)
        .forEach(rank -> assertThat(calls.get(rank)).containsExactly(forward, backward));
  }

  @ParameterizedTest
  @MethodSource("configs")
  void batchNorm_inEvaluation_makesNone(BatchNormConfig config) {
    RecordingCommunicator recorder = new RecordingCommunicator(InProcessGroup.solo());
    try (BatchNorm norm = BatchNorm.sync("bn3", CHANNELS, config, recorder)) {
      for (int samples : SHARDS) {
        INDArray x = shard(samples, config.precision());
        norm.forward(x, Pass.evaluation(4));
        norm.backward(x);
        norm.commit();
      }
    }
    assertThat(recorder.calls()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"group:5", "layer", "instance", "local"})
  void otherNorms_inTraining_makeNone(String name) {
    RecordingCommunicator recorder = new RecordingCommunicator(InProcessGroup.solo());
    try (NormFactory factory = new NormFactory(NormSpec.parse(name), recorder, Precision.FLOAT32);
        Layer layer = factory.create("norm3", Shape.features(CHANNELS), false)) {
      INDArray x = shard(2, Precision.FLOAT32);
      layer.forward(x, Pass.training(4));
      layer.backward(x);
      layer.commit();
    }
    assertThat(recorder.calls()).isEmpty();
  }

  /** A group of two ranks sums over the two; the world's communicator is not asked. */
  @Test
  void groupedBatchNorm_inTraining_leavesTheWorldAlone() {
    InProcessGroup.run(
        4,
        world -> {
          RecordingCommunicator recorder = new RecordingCommunicator(world);
          try (NormFactory factory =
                  new NormFactory(NormSpec.parse("sync:2"), recorder, Precision.FLOAT32);
              Layer layer = factory.create("bn3", Shape.features(CHANNELS), false)) {
            INDArray x = shard(1, Precision.FLOAT32);
            layer.forward(x, Pass.training(4));
            layer.backward(x);
          }
          assertThat(recorder.calls()).isEmpty();
        });
  }
}
