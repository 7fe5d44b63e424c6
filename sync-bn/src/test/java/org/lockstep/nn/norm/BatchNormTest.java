package org.lockstep.nn.norm;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.lockstep.nn.norm.Close.assertClose;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

@Timeout(30)
class BatchNormTest {
  private static final Pass TRAINING = Pass.training(7);
  private static final Pass EVALUATION = Pass.evaluation(7);
  private static final BatchNormConfig DEFAULT = BatchNormConfig.DEFAULT;

  @Test
  void forwardAndBackward_inTraining_makeOneCollectiveEach() {
    RecordingCommunicator group = new RecordingCommunicator(InProcessGroup.solo());
    try (BatchNorm norm = BatchNorm.sync("bn1", 3, DEFAULT, group)) {
      INDArray x = Batches.random(1, 0, 1, 4, 2, 2, 3);
      norm.forward(x, TRAINING);
      norm.backward(x);
      assertThat(group.calls())
          .containsExactly(
              "MOMENTS of 7 for bn1 forward of step 7", "SUM of 6 for bn1 backward of step 7");
      norm.forward(x, EVALUATION);
      norm.backward(x);
      assertThat(group.calls()).hasSize(2);
    }
  }

  @Test
  void forward_ofStridedAndFortranInputs_equalsThatOfACopy() {
    INDArray plain = Batches.random(1, 2, 1, 4, 3, 2, 5);
    INDArray wide = Nd4j.zeros(DataType.FLOAT, 8, 3, 2, 5);
    INDArray everySecond =
        wide.get(
            NDArrayIndex.interval(0, 2, 8),
            NDArrayIndex.all(),
            NDArrayIndex.all(),
            NDArrayIndex.all());
    everySecond.assign(plain);
    try (BatchNorm norm = BatchNorm.local("bn", 5, DEFAULT)) {
      double[] y = Batches.values(norm.forward(plain, TRAINING));
      double[] dx = Batches.values(norm.backward(plain));
      for (INDArray same : new INDArray[] {plain.dup('f'), everySecond}) {
        assertThat(Batches.values(norm.forward(same, TRAINING))).containsExactly(y);
        assertThat(Batches.values(norm.backward(same))).containsExactly(dx);
      }
    }
  }

  /** More values than a chunk or a block of chunks holds, whole ones, and rows longer than one. */
  @ParameterizedTest
  @CsvSource({
    "3000, 1",
    "16384, 1",
    "32773, 1",
    "500, 7",
    "3, 1500",
    "40, 1024",
  })
  void step_ofLongOrWideBatches_isTheTextbooks(int rows, int channels) {
    for (Precision precision : Precision.values()) {
      for (boolean relu : new boolean[] {false, true}) {
        assertTextbook(rows, channels, DEFAULT.withPrecision(precision).withRelu(relu));
      }
    }
  }

  private static void assertTextbook(int rows, int channels, BatchNormConfig config) {
    Random random = new Random(rows);
    Precision precision = config.precision();
    RowBatch x = RowBatch.random(random, 3, 1, precision, rows, List.of(), channels);
    RowBatch dy = RowBatch.random(random, 0.2, 1, precision, rows, List.of(), channels);
    double[] ones = new double[channels];
    Arrays.fill(ones, 1);
    double[] zeros = new double[channels];
    Textbook book =
        new Textbook(i -> i % channels, channels, config.eps(), ones, zeros, config.relu());
    TextbookStep step = TextbookStep.of(x, dy, book, book.statistics(x.values()), false);
    Tolerances tolerances = new Tolerances(step, precision);
    try (BatchNorm norm = BatchNorm.local("bn", channels, config)) {
      double[] y = Batches.values(norm.forward(x.array(Layout.CHANNELS_LAST, precision), TRAINING));
      INDArray gradient = step.dy().array(Layout.CHANNELS_LAST, precision);
      double[] dx = Batches.values(norm.backward(gradient));
      double[] dGamma = Batches.values(norm.parameters().get(0).gradient());
      assertClose(y, step.y(), tolerances.y());
      assertClose(dx, step.gradients().dx(), tolerances.dx());
      assertClose(dGamma, step.gradients().dGamma(), tolerances.dGamma());
    }
  }

  @Test
  void forward_ofRowsView_readsTheViewOnly() {
    INDArray all = Batches.random(1, 0, 1, 6, 4);
    INDArray view = all.get(NDArrayIndex.interval(2, 5), NDArrayIndex.all());
    try (BatchNorm norm = BatchNorm.local("bn", 4, DEFAULT)) {
      double[] ofCopy = Batches.values(norm.forward(view.dup('c'), TRAINING));
      assertThat(Batches.values(norm.forward(view, TRAINING))).containsExactly(ofCopy);
    }
  }

  @Test
  void forward_ofTwoBatchSizes_keepsOneOutputArrayForEach() {
    try (BatchNorm norm = BatchNorm.local("bn", 2, DEFAULT)) {
      INDArray four = Batches.random(1, 0, 1, 4, 2);
      INDArray three = Batches.random(2, 0, 1, 3, 2);
      INDArray y = norm.forward(four, TRAINING);
      INDArray dx = norm.backward(four);
      assertThat(norm.forward(three, TRAINING)).isNotSameAs(y);
      assertThat(norm.forward(four, TRAINING)).isSameAs(y);
      assertThat(norm.backward(four)).isSameAs(dx);
    }
  }

  @Test
  void forward_ofOtherShapeOrType_saysWhatIsExpected() {
    try (BatchNorm norm = BatchNorm.local("bn1", 3, DEFAULT);
        BatchNorm first = BatchNorm.local("bn2", 3, DEFAULT.withLayout(Layout.CHANNELS_FIRST))) {
      assertThatThrownBy(() -> norm.forward(Precision.FLOAT32.allocate(2, 3, 4, 4), TRAINING))
          .hasMessage(
              "bn1: expected a batch [N, ..., 3] with up to three axes of space, found [2, 3, 4, 4]");
      assertThatThrownBy(() -> first.forward(Precision.FLOAT32.allocate(2, 4, 4, 3), TRAINING))
          .hasMessage(
              "bn2: expected a batch [N, 3, ...] with up to three axes of space, found [2, 4, 4, 3]");
      assertThatThrownBy(() -> norm.forward(Precision.FLOAT32.allocate(3), TRAINING))
          .hasMessageContaining("found [3]");
      assertThatThrownBy(() -> norm.forward(Nd4j.zeros(DataType.DOUBLE, 2, 3), TRAINING))
          .hasMessage("bn1: expected float32 values, found DOUBLE");
    }
  }

  /** Of a shape seen before, contiguous or to be copied: no silent conversion. */
  @Test
  void step_ofOtherTypeInAKnownShape_isRefused() {
    INDArray floats = Precision.FLOAT32.allocate(2, 3);
    INDArray doubles = Precision.FLOAT64.allocate(2, 3);
    try (BatchNorm norm = BatchNorm.local("bn1", 3, DEFAULT)) {
      norm.forward(floats, TRAINING);
      for (INDArray other : new INDArray[] {doubles, doubles.dup('f')}) {
        assertThatThrownBy(() -> norm.forward(other, TRAINING))
            .hasMessage("bn1: expected float32 values, found DOUBLE");
        assertThatThrownBy(() -> norm.backward(other))
            .hasMessage("bn1: expected float32 values, found DOUBLE");
      }
    }
  }

  @Test
  void forward_ofAClosedArray_isRefused() {
    INDArray x = Precision.FLOAT32.allocate(2, 3);
    try (BatchNorm norm = BatchNorm.local("bn1", 3, DEFAULT)) {
      norm.forward(x, TRAINING);
      x.close();
      assertThatThrownBy(() -> norm.forward(x, TRAINING))
          .hasMessage("bn1: expected an open array, found one that is closed");
    }
  }

  @ParameterizedTest
  @EnumSource
  void close_afterAStep_releasesTheArrays(Layout layout) {
    BatchNorm norm = BatchNorm.local("bn1", 3, DEFAULT.withLayout(layout));
    INDArray x = Precision.FLOAT32.allocate(2, 3, 3, 3);
    INDArray y = norm.forward(x, TRAINING);
    INDArray dx = norm.backward(x);
    Parameter gamma = norm.parameters().get(0);
    norm.close();
    norm.close();
    assertThat(List.of(y, dx, gamma.value(), gamma.gradient())).allMatch(INDArray::wasClosed);
    assertThat(x.wasClosed()).isFalse();
    assertThatThrownBy(() -> norm.backward(x))
        .hasMessage("bn1: backward was called before forward");
  }

  @Test
  void backward_ofOtherShapeOrTooEarly_isRefused() {
    try (BatchNorm norm = BatchNorm.local("bn1", 3, DEFAULT)) {
      assertThatThrownBy(() -> norm.backward(Precision.FLOAT32.allocate(2, 3)))
          .hasMessage("bn1: backward was called before forward");
      norm.forward(Precision.FLOAT32.allocate(2, 3), TRAINING);
      assertThatThrownBy(() -> norm.backward(Precision.FLOAT32.allocate(3, 3)))
          .hasMessage("bn1: expected a gradient of the output's shape [2, 3], found [3, 3]");
    }
  }

  @Test
  void forward_withOneValuePerChannelInTheWholeGroup_isRefusedOnAllRanks() {
    ConcurrentHashMap<Integer, String> told = new ConcurrentHashMap<>();
    InProcessGroup.run(
        2,
        group -> {
          try (BatchNorm norm = BatchNorm.sync("bn1", 3, DEFAULT, group)) {
            INDArray x = Precision.FLOAT32.allocate(group.rank(), 3);
            assertThatThrownBy(() -> norm.forward(x, TRAINING))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> told.put(group.rank(), e.getMessage()));
          }
        });
    assertThat(told)
        .hasSize(2)
        .allSatisfy(
            (rank, message) ->
                assertThat(message)
                    .contains("bn1: expected at least 2 values per channel", "found 1 over the 2"));
  }

  @Test
  void step_withAllShardsEmpty_leavesStatisticsAndGivesZeroGradients() {
    InProcessGroup.run(
        2,
        group -> {
          try (BatchNorm norm = BatchNorm.sync("bn1", 3, DEFAULT, group)) {
            INDArray empty = Precision.FLOAT32.allocate(0, 4, 4, 3);
            assertThat(norm.forward(empty, TRAINING).shape()).containsExactly(0, 4, 4, 3);
            assertThat(norm.backward(empty).shape()).containsExactly(0, 4, 4, 3);
            norm.commit();
            assertThat(Batches.values(norm.parameters().get(0).gradient())).containsOnly(0);
            assertThat(Batches.values(norm.parameters().get(1).gradient())).containsOnly(0);
            assertThat(norm.buffers().get("bn1.running_mean")).containsOnly(0);
            assertThat(norm.buffers().get("bn1.running_var")).containsOnly(1);
            assertThat(norm.buffers().get("bn1.num_batches_tracked")).containsOnly(0);
          }
        });
  }

  @Test
  void commit_afterAStepThatWasDoneAgain_countsTheLastOnly() {
    INDArray x = Batches.random(1, 5, 2, 8, 2);
    try (BatchNorm norm = BatchNorm.local("bn", 2, DEFAULT);
        BatchNorm straight = BatchNorm.local("bn", 2, DEFAULT)) {
      norm.forward(Batches.random(2, -9, 1, 8, 2), TRAINING);
      assertThat(norm.buffers().get("bn.running_mean")).containsOnly(0);
      norm.forward(x, TRAINING);
      norm.commit();
      norm.commit();
      straight.forward(x, TRAINING);
      straight.commit();
      straight
          .buffers()
          .forEach((name, value) -> assertThat(norm.buffers().get(name)).containsExactly(value));
    }
  }

  @Test
  void commit_afterEvaluation_leavesStatistics() {
    try (BatchNorm norm = BatchNorm.local("bn", 2, DEFAULT)) {
      norm.forward(Batches.random(1, 5, 2, 8, 2), TRAINING);
      norm.commit();
      double[] mean = requireNonNull(norm.buffers().get("bn.running_mean")).clone();
      norm.forward(Batches.random(2, -9, 1, 8, 2), EVALUATION);
      norm.commit();
      assertThat(norm.buffers().get("bn.running_mean")).containsExactly(mean);
      assertThat(norm.buffers().get("bn.num_batches_tracked")).containsExactly(1);
    }
  }

  @Test
  void gradients_ofAGroupThatIsNotTheWorld_areThoseOfTheShard() {
    INDArray x = Batches.random(1, 0, 1, 4, 3);
    INDArray dy = Batches.random(2, 1, 1, 4, 3);
    InProcessGroup.run(
        2,
        group -> {
          try (BatchNorm norm = BatchNorm.grouped("bn", 3, DEFAULT, group)) {
            norm.forward(Batches.samples(x, 2 * group.rank(), 2), TRAINING);
            INDArray mine = Batches.samples(dy, 2 * group.rank(), 2);
            norm.backward(mine);
            assertThat(norm.parameters())
                .allSatisfy(p -> assertThat(p.gradientIsGlobal()).isFalse());
            assertThat(Batches.values(norm.parameters().get(1).gradient()))
                .containsExactly(Batches.values(mine.sum(0)), within(1e-6));
          }
        });
  }

  @Test
  void forward_withoutRunningStatistics_evaluatesWithTheBatchsOwn() {
    RecordingCommunicator group = new RecordingCommunicator(InProcessGroup.solo());
    BatchNormConfig config = DEFAULT.withTrackRunningStatistics(false);
    try (BatchNorm norm = BatchNorm.sync("bn", 3, config, group)) {
      INDArray x = Batches.random(1, 4, 1, 6, 3);
      double[] y = Batches.values(norm.forward(x, EVALUATION));
      double[] dx = Batches.values(norm.backward(x));
      assertThat(group.calls()).isEmpty();
      assertThat(norm.buffers()).isEmpty();
      assertThat(Batches.values(norm.forward(x, TRAINING))).containsExactly(y);
      assertThat(Batches.values(norm.backward(x))).containsExactly(dx);
    }
  }

  @Test
  void forward_notAffine_givesMeanZeroAndNoParameters() {
    try (BatchNorm norm = BatchNorm.local("bn", 2, DEFAULT.withAffine(false))) {
      INDArray y = norm.forward(Batches.random(1, 4, 3, 100, 2), TRAINING);
      assertThat(norm.parameters()).isEmpty();
      assertThat(Batches.values(y.mean(0))).containsExactly(new double[2], within(1e-5));
      assertThat(Arrays.stream(Batches.values(y)).map(v -> v * v).sum() / 200)
          .isCloseTo(1, within(1e-4));
    }
  }

  @Test
  void forward_withRelu_isTheOtherForwardCutAtZero() {
    INDArray x = Batches.random(1, 0, 1, 50, 3);
    try (BatchNorm norm = BatchNorm.local("bn", 3, DEFAULT);
        BatchNorm fused = BatchNorm.local("bn", 3, DEFAULT.withRelu(true))) {
      double[] y = Batches.values(norm.forward(x, TRAINING));
      assertThat(Batches.values(fused.forward(x, TRAINING)))
          .containsExactly(Arrays.stream(y).map(v -> Math.max(0, v)).toArray());
    }
  }

  @Test
  void config_ofImpossibleValues_isRefused() {
    for (double eps : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> DEFAULT.withEps(eps))
          .hasMessage("expected a positive eps, found " + eps);
    }
    for (double momentum : new double[] {-0.1, 1.5, Double.NaN}) {
      assertThatThrownBy(() -> DEFAULT.withMomentum(momentum))
          .hasMessage(
              "expected a momentum from 0 to 1, or null for the average, found " + momentum);
    }
    assertThatThrownBy(() -> BatchNorm.local("bn", 0, DEFAULT))
        .hasMessage("bn: expected at least 1 channel, found 0");
  }

  @Test
  void config_ofExtremeMomentum_isAllowed() {
    assertThat(DEFAULT.withMomentum(0.0).momentum()).isZero();
    assertThat(DEFAULT.withMomentum(1.0).momentum()).isEqualTo(1);
  }

  @Test
  void tracksRunningStatistics_isWhatTheConfigSays() {
    try (BatchNorm tracked = BatchNorm.local("bn", 2, DEFAULT);
        BatchNorm untracked = BatchNorm.local("bn", 2, DEFAULT.withTrackRunningStatistics(false))) {
      assertThat(tracked.tracksRunningStatistics()).isTrue();
      assertThat(untracked.tracksRunningStatistics()).isFalse();
    }
  }

  @Test
  void name_isTheOneGiven() {
    try (BatchNorm norm = BatchNorm.local("bn7", 2, DEFAULT)) {
      assertThat(norm.name()).isEqualTo("bn7");
    }
  }
}
