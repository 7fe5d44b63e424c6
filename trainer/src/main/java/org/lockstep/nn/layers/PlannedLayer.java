package org.lockstep.nn.layers;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A layer that computes by one {@link Plan} per batch size. Belongs to one thread at a time. */
abstract class PlannedLayer implements Layer {
  final OneDnn dnn = new OneDnn();
  private final String name;
  private final Shape in;
  private final Shape out;
  private final Map<Long, Plan> plans = new HashMap<>();
  private @Nullable Plan latest;

  PlannedLayer(String name, Shape in, Shape out) {
    this.name = name;
    this.in = in;
    this.out = out;
  }

  /**
   * The plan for input of the shape {@code xShape}, which holds {@code n} samples, n at least 1.
   */
  abstract Plan plan(long n, long[] xShape);

  /** The shape of the output for input of the shape {@code xShape}. */
  long[] yShape(long[] xShape) {
    return new long[] {xShape[0], out.height(), out.width(), out.channels()};
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

  /**
   * @throws IllegalArgumentException unless {@code x} is a contiguous float32 batch of {@link
   *     #inputShape}
   */
  @Override
  public final INDArray forward(INDArray x, Pass pass) {
    requireBatch(x);
    long n = x.size(0);
    Plan plan = plans.get(n);
    if (plan == null) {
      plan = n == 0 ? emptyPlan(x.shape()) : plan(n, x.shape());
      plans.put(n, plan);
    }
    latest = plan;
    return plan.forward(x);
  }

  @Override
  public final INDArray backward(INDArray dy) {
    if (latest == null) {
      throw new IllegalStateException(name + ": a backward pass follows a forward pass");
    }
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
  }

  @Override
  public void close() {
    plans.clear();
    latest = null;
    dnn.close();
  }

  private Plan emptyPlan(long[] xShape) {
    return new EmptyPlan(dnn.array(yShape(xShape)), dnn.array(xShape), parameters());
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
