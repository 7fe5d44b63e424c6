package org.lockstep.nn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lockstep.nn.Differences;
import org.lockstep.nn.Elements;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

@Timeout(30)
class SoftmaxCrossEntropyTest {
  @Test
  void forward_ofEqualLogits_isLogOfClasses() {
    try (SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(10)) {
      INDArray logits = logits(10, new float[30]);
      assertThat(loss.forward(logits, new int[] {1, 2, 3}, 3, 3))
          .isCloseTo(Math.log(10), offset(1e-15));
    }
  }

  @Test
  void forward_ofAnyLogits_isMinusLogOfProbability() {
    float[] z = {0.5f, -1.25f, 2f, 3f, 0.25f, -0.5f};
    try (SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(3)) {
      double expected = -Math.log(probability(z, 0, 2)) - Math.log(probability(z, 1, 1));
      assertThat(loss.forward(logits(3, z), new int[] {2, 1}, 2, 2))
          .isCloseTo(expected / 2, offset(1e-14));
      assertThat(loss.correct()).isEqualTo(1);
      float[] gradient = values(loss.gradient());
      for (int at = 0; at < 6; at++) {
        double target = at == 2 || at == 4 ? 1 : 0;
        assertThat((double) gradient[at])
            .isCloseTo((probability(z, at / 3, at % 3) - target) / 2, offset(Math.pow(2, -25)));
      }
    }
  }

  @Test
  void forward_onShards_addsUpToTheWholeBatch() {
    float[] z = {1, 2, 3, 4, 0, -4, 2, 2, 1, 0, 0, 7};
    try (SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(3)) {
      double whole = loss.forward(logits(3, z), new int[] {0, 1, 2, 2}, 4, 4);
      float[] wholeGradient = values(loss.gradient());
      float[] head = {1, 2, 3};
      float[] tail = {4, 0, -4, 2, 2, 1, 0, 0, 7};
      double first = loss.forward(logits(3, head), new int[] {0}, 1, 4);
      assertThat(values(loss.gradient())).containsExactly(head(wholeGradient, 3));
      double second = loss.forward(logits(3, tail), new int[] {1, 2, 2}, 3, 4);
      assertThat(first + second).isCloseTo(whole, offset(1e-15 * 4));
      assertThat(loss.correct()).isEqualTo(1);
    }
  }

  @Test
  void gradient_inFloat64_equalsDifferences() {
    double[] z = {0.5, -1.25, 2, 3, 1 / 3.0, -0.5};
    int[] labels = {2, 1};
    INDArray logits = Precision.FLOAT64.allocate(2, 3);
    Elements values = Elements.of(logits);
    values.put(0, z, z.length);
    try (SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(3)) {
      loss.forward(logits, labels, 2, 5);
      double[] gradient = Elements.of(loss.gradient()).toArray();
      double[] expected =
          Differences.gradient(() -> loss.forward(logits, labels, 2, 5), values, 1e-5);
      assertThat(Differences.largest(gradient, expected)).isLessThan(1e-10);
    }
  }

  @Test
  void forward_ofHugeLogits_staysExact() {
    try (SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(2)) {
      float[] z = {3e38f, -3e38f, -2e4f, -1e4f};
      assertThat(loss.forward(logits(2, z), new int[] {0, 0}, 2, 2)).isEqualTo(1e4 / 2);
      assertThat(values(loss.gradient())).containsExactly(0, 0, -0.5f, 0.5f);
    }
  }

  @Test
  void forward_ofNotANumber_isNotANumber() {
    try (SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(2)) {
      INDArray logits = logits(2, new float[] {1, Float.NaN});
      assertThat(loss.forward(logits, new int[] {0}, 1, 1)).isNaN();
    }
  }

  @Test
  void forward_ofEmptyShard_isZero() {
    try (SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(5)) {
      INDArray none = Precision.FLOAT32.allocate(0, 5);
      assertThat(loss.forward(none, new int[0], 0, 7)).isZero();
      assertThat(loss.forward(none, new int[0], 0, 0)).isZero();
      assertThat(loss.gradient().shape()).containsExactly(0, 5);
      assertThat(loss.correct()).isZero();
    }
  }

  @Test
  void forward_ofLabelOutOfRange_saysWhich() {
    try (SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(5)) {
      assertThatThrownBy(() -> loss.forward(logits(5, new float[10]), new int[] {0, 5}, 2, 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("label 5 of sample 1 is none of the classes 0 to 4");
    }
  }

  @Test
  void forward_ofCountsThatDisagree_saysWhatIsExpected() {
    try (SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(5)) {
      INDArray logits = logits(5, new float[10]);
      assertThatThrownBy(() -> loss.forward(logits, new int[3], 3, 3))
          .hasMessage("expected logits of shape [3, 5], found [2, 5]");
      assertThatThrownBy(() -> loss.forward(logits, new int[1], 2, 2))
          .hasMessage("expected 2 labels, found 1");
      assertThatThrownBy(() -> loss.forward(logits, new int[2], 2, 1))
          .hasMessage("a global batch of 1 samples cannot hold this rank's 2");
    }
  }

  private static double probability(float[] z, int row, int c) {
    double sum = Math.exp(z[3 * row]) + Math.exp(z[3 * row + 1]) + Math.exp(z[3 * row + 2]);
    return Math.exp(z[3 * row + c]) / sum;
  }

  private static float[] head(float[] values, int count) {
    return java.util.Arrays.copyOf(values, count);
  }

  private static INDArray logits(int classes, float[] values) {
    INDArray logits = Precision.FLOAT32.allocate(values.length / classes, classes);
    HostMemory.floats(logits).put(values);
    return logits;
  }

  private static float[] values(INDArray array) {
    float[] values = new float[(int) array.length()];
    HostMemory.floats(array).get(values);
    return values;
  }
}
