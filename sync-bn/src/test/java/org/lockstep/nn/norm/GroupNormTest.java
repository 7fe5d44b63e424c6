package org.lockstep.nn.norm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

class GroupNormTest {
  private static final Pass TRAINING = Pass.training(0);
  private static final int CHANNELS = 6;

  private static GroupNorm norm(int groups) {
    return new GroupNorm("gn", CHANNELS, GroupNormConfig.of(groups));
  }

  @Test
  void forward_withAsManyGroupsAsChannels_isBatchNormOfEachSample() {
    INDArray x = Batches.random(1, 2, 3, 3, 4, 4, CHANNELS);
    try (GroupNorm instance = norm(CHANNELS);
        BatchNorm batch = BatchNorm.local("bn", CHANNELS, BatchNormConfig.DEFAULT)) {
      INDArray y = instance.forward(x, TRAINING);
      for (int sample = 0; sample < 3; sample++) {
        double[] alone = Batches.values(batch.forward(Batches.samples(x, sample, 1), TRAINING));
        assertThat(Batches.values(Batches.samples(y, sample, 1)))
            .containsExactly(alone, within(1e-6));
      }
    }
  }

  @Test
  void forward_withOneGroup_hasMeanZeroAndVarianceOnePerSample() {
    INDArray x = Batches.random(1, -7, 3, 2, 5, 5, CHANNELS);
    try (GroupNorm layer = norm(1)) {
      INDArray y = layer.forward(x, TRAINING);
      assertThat(Batches.values(y.mean(1, 2, 3))).containsExactly(new double[2], within(1e-5));
      assertThat(Batches.values(y.mul(y).mean(1, 2, 3)))
          .containsExactly(new double[] {1, 1}, within(1e-5));
    }
  }

  @Test
  void forward_inEvaluation_equalsTraining() {
    INDArray x = Batches.random(1, 2, 3, 3, CHANNELS);
    try (GroupNorm layer = norm(2)) {
      double[] y = Batches.values(layer.forward(x, TRAINING));
      assertThat(Batches.values(layer.forward(x, Pass.evaluation(0)))).containsExactly(y);
      assertThat(layer.buffers()).isEmpty();
    }
  }

  @Test
  void step_ofFortranOrder_equalsThatOfACopy() {
    INDArray x = Batches.random(1, 2, 3, 3, 2, 2, CHANNELS);
    try (GroupNorm layer = norm(3)) {
      double[] y = Batches.values(layer.forward(x, TRAINING));
      double[] dx = Batches.values(layer.backward(x));
      assertThat(Batches.values(layer.forward(x.dup('f'), TRAINING))).containsExactly(y);
      assertThat(Batches.values(layer.backward(x.dup('f')))).containsExactly(dx);
    }
  }

  @Test
  void step_ofEmptyShard_givesZeroGradients() {
    try (GroupNorm layer = norm(3)) {
      layer.forward(Batches.random(1, 2, 3, 3, 2, 2, CHANNELS), TRAINING);
      layer.backward(Batches.random(2, 2, 3, 3, 2, 2, CHANNELS));
      INDArray empty = Precision.FLOAT32.allocate(0, 2, 2, CHANNELS);
      assertThat(layer.forward(empty, TRAINING).isEmpty()).isTrue();
      assertThat(layer.backward(empty).isEmpty()).isTrue();
      assertThat(Batches.values(layer.parameters().get(0).gradient())).containsOnly(0);
    }
  }

  @Test
  void create_withGroupsThatDoNotDivide_isRefused() {
    assertThatThrownBy(() -> norm(4))
        .hasMessage("gn: expected a number of groups that divides the 6 channels, found 4");
    assertThatThrownBy(() -> norm(0)).hasMessage("expected at least 1 group, found 0");
  }

  @Test
  void config_ofImpossibleEps_isRefused() {
    assertThatThrownBy(() -> GroupNormConfig.of(2).withEps(0))
        .hasMessage("expected a positive eps, found 0.0");
  }

  @Test
  void name_isTheOneGiven() {
    try (GroupNorm layer = norm(2)) {
      assertThat(layer.name()).isEqualTo("gn");
    }
  }

  @Test
  void close_afterAStep_releasesTheArrays() {
    GroupNorm layer = norm(2);
    INDArray x = Batches.random(1, 2, 3, 3, 2, 2, CHANNELS);
    INDArray y = layer.forward(x, TRAINING);
    INDArray gamma = layer.parameters().get(0).value();
    layer.close();
    assertThat(List.of(y, gamma)).allMatch(INDArray::wasClosed);
  }
}
