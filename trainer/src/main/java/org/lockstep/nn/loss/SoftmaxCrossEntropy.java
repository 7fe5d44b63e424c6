package org.lockstep.nn.loss;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Cross-entropy of the softmax of logits against class labels, in double inside:
 *
 * <pre>
 * loss     = 1/G sum_i (log sum_c exp(z_ic) - z_i,label(i))
 * gradient = 1/G (softmax(z_i)_c - [c = label(i)])
 * </pre>
 *
 * where G is the number of samples of the GLOBAL batch: the ranks' losses and gradients are summed,
 * never averaged. All logits are of one precision, which is the gradient's. The logarithm of the
 * sum is taken about the row's maximum, so no logit overflows. Belongs to one thread at a time;
 * {@link #gradient} is its own, one array a batch size.
 */
public final class SoftmaxCrossEntropy implements AutoCloseable {
  private final int classes;
  private final double[] exponentials;
  private final double[] row;
  private final Map<Integer, View> gradients = new HashMap<>();
  private @Nullable View latest;
  private @Nullable View view;
  private int correct;

  /**
   * @throws IllegalArgumentException if {@code classes} is less than 2
   */
  public SoftmaxCrossEntropy(int classes) {
    if (classes < 2) {
      throw new IllegalArgumentException("expected at least 2 classes, found " + classes);
    }
    this.classes = classes;
    exponentials = new double[classes];
    row = new double[classes];
  }

  /**
   * This rank's share of the mean loss; also computes {@link #gradient} and {@link #correct}.
   *
   * @param logits {@code [count, classes]}
   * @param labels classes of the rows, the first {@code count} are read
   * @param count rows of this rank, may be 0: the loss is then 0
   * @param globalCount rows of all ranks together, at least {@code count}
   * @return nats
   * @throws IllegalArgumentException if a shape, a count or a label is out of range
   */
  public double forward(INDArray logits, int[] labels, int count, int globalCount) {
    require(logits, labels, count, globalCount);
    Elements z = view(logits);
    View gradient = gradients.get(count);
    if (gradient == null) {
      gradient = View.of(Precision.of(logits).allocate(count, classes));
      gradients.put(count, gradient);
    }
    latest = gradient;
    correct = 0;
    double loss = 0;
    for (int i = 0; i < count; i++) {
      z.get(i * classes, row, classes);
      loss += sample(i, labels[i], globalCount);
      gradient.values.put(i * classes, row, classes);
    }
    return count == 0 ? 0 : loss / globalCount;
  }

  /** The loss of one sample; leaves its gradient in {@link #row}. */
  private double sample(int i, int label, int globalCount) {
    if (label < 0 || label >= classes) {
      throw new IllegalArgumentException(
          "label " + label + " of sample " + i + " is none of the classes 0 to " + (classes - 1));
    }
    int largest = indexOfLargest(row);
    correct += largest == label ? 1 : 0;
    double maximum = row[largest];
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      exponentials[c] = Math.exp(row[c] - maximum);
      sum += exponentials[c];
    }
    double loss = Math.log(sum) + maximum - row[label];
    for (int c = 0; c < classes; c++) {
      double probability = exponentials[c] / sum;
      row[c] = (c == label ? probability - 1 : probability) / globalCount;
    }
    return loss;
  }

  private static int indexOfLargest(double[] values) {
    int largest = 0;
    for (int c = 1; c < values.length; c++) {
      if (values[c] > values[largest]) {
        largest = c;
      }
    }
    return largest;
  }

  /** Gradient with respect to the logits of the last {@link #forward}, {@code [count, classes]}. */
  public INDArray gradient() {
    if (latest == null) {
      throw new IllegalStateException("a gradient follows a forward pass");
    }
    return latest.array;
  }

  /** How many of the last {@link #forward}'s samples had the largest logit at their label. */
  public int correct() {
    return correct;
  }

  private void require(INDArray logits, int[] labels, int count, int globalCount) {
    if (logits.rank() != 2 || logits.size(0) != count || logits.size(1) != classes) {
      throw new IllegalArgumentException(
          "expected logits of shape ["
              + count
              + ", "
              + classes
              + "], found "
              + Arrays.toString(logits.shape()));
    }
    if (labels.length < count) {
      throw new IllegalArgumentException("expected " + count + " labels, found " + labels.length);
    }
    if (globalCount < count) {
      throw new IllegalArgumentException(
          "a global batch of " + globalCount + " samples cannot hold this rank's " + count);
    }
  }

  /** The memory of {@code logits}, which are the same array in step after step. */
  private Elements view(INDArray logits) {
    if (view == null || view.array != logits) {
      view = View.of(logits);
    }
    return view.values;
  }

  @Override
  public void close() {
    for (View gradient : gradients.values()) {
      if (!gradient.array.isEmpty()) {
        gradient.array.close();
      }
    }
    gradients.clear();
    latest = null;
    view = null;
  }

  private record View(INDArray array, Elements values) {
    static View of(INDArray array) {
      return new View(array, Elements.of(array));
    }
  }
}
