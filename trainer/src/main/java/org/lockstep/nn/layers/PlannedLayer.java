package org.lockstep.nn.layers;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer that computes by one {@link Plan} per batch size: on oneDNN or loops of our own in
 * float32 and bf16, on ND4J in float64. Belongs to one thread at a time.
 */
abstract class PlannedLayer implements Layer {
  private final String name;
  private final Shape in;
  private final Shape out;
  private final Precision precision;
  private final Deque<INDArray> arrays = new ArrayDeque<>();
  private final Map<Long, Plan> plans = new HashMap<>();
  private @Nullable Plan latest;
  private @Nullable OneDnn dnn;

  PlannedLayer(String name, Shape in, Shape out, Precision precision) {
    this.name = name;
    this.in = in;
    this.out = out;
    this.precision = precision;
  }

  /**
   * The plan in float32 or bf16 for input of the shape {@code xShape}, which holds {@code n}
   * samples, n at least 1.
   */
  abstract Plan plan(long n, long[] xShape);

  /** The same in float64. */
  abstract Plan doublePlan(long[] xShape);

  /** The shape of the output for input of the shape {@code xShape}. */
  long[] yShape(long[] xShape) {
    return new long[] {xShape[0], out.height(), out.width(), out.channels()};
  }

  /** A new array for the output for input of the shape {@code xShape}. */
  INDArray output(long[] xShape) {
    return array(yShape(xShape));
  }

  @Override
  public final String name() {
    return name;
  }

  public final Shape inputShape() {
    return in;
  }

  public final Shape outputShape() {
    return out;
  }

  final Precision precision() {
    return precision;
  }

  /** The layer's door to oneDNN, opened by the first call: float64 does without. */
  final OneDnn dnn() {
    if (dnn == null) {
      dnn = new OneDnn(precision);
    }
    return dnn;
  }

  /** A zeroed array of the layer's precision that lives until {@link #close}. */
  final INDArray array(long... shape) {
    return array(precision, shape);
  }

  /** The same of a precision of its own. */
  final INDArray array(Precision own, long... shape) {
    INDArray array = own.allocate(shape);
    if (!array.isEmpty()) {
      arrays.push(array);
    }
    return array;
  }

  /**
   * @throws IllegalArgumentException unless {@code x} is a contiguous batch of {@link #inputShape}
   *     in the layer's precision
   */
  @Override
  public final INDArray forward(INDArray x, Pass pass) {
    requireBatch(x);
    Plan plan = plans.get(x.size(0));
    if (plan == null) {
      plan = newPlan(x.shape());
      plans.put(x.size(0), plan);
    }
    latest = plan;
    return plan.forward(x);
  }

  private Plan newPlan(long[] xShape) {
    if (xShape[0] == 0) {
      return new EmptyPlan(output(xShape), array(xShape), parameters());
    }
    return switch (precision) {
      case FLOAT32, BF16 -> plan(xShape[0], xShape);
      case FLOAT64 -> doublePlan(xShape);
    };
  }

  @Override
  public final INDArray backward(INDArray dy) {
    if (latest == null) {
      throw new IllegalStateException(name + ": a backward pass follows a forward pass");
    }
    requirePrecision(dy);
    return latest.backward(dy);
  }

  private void requireBatch(INDArray x) {
    boolean vectors =
        x.rank() == 2 && in.height() == 1 && in.width() == 1 && x.size(1) == in.channels();
    boolean images =
        x.rank() == 4
            && x.size(1) == in.height()
            && x.size(2) == in.width()
            && x.size(3) == in.channels();
    if (!vectors && !images) {
      throw new IllegalArgumentException(
          name + ": expected a batch of " + in + ", found shape " + Arrays.toString(x.shape()));
    }
    requirePrecision(x);
  }

  private void requirePrecision(INDArray array) {
    if (array.dataType() != precision.dataType()) {
      throw new IllegalArgumentException(
          name + ": expected " + precision + " values, found " + array.dataType());
    }
  }

  @Override
  public void close() {
    plans.clear();
    latest = null;
    if (dnn != null) {
      dnn.close();
    }
    while (!arrays.isEmpty()) {
      arrays.pop().close();
    }
  }

  /** An empty shard's share: empty arrays of the right shapes, and gradients of zero. */
  private record EmptyPlan(INDArray y, INDArray dx, List<Parameter> parameters) implements Plan {
    @Override
    public INDArray forward(INDArray x) {
      return y;
    }

    @Override
    public INDArray backward(INDArray dy) {
      parameters.forEach(parameter -> parameter.gradient().assign(0));
      return dx;
    }
  }
}
