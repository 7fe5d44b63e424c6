package org.lockstep.nn.layers;

import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.reorder;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The same values in another precision, rounded to nearest, and the gradient on the way back;
 * values below float32's normal range, 1e-38, may become 0. What is of the right precision already
 * passes as it is. Belongs to one thread at a time.
 */
public final class Cast implements Layer {
  private final String name;
  private final Rounding forward;
  private final Rounding backward;

  /**
   * @param from precision of the gradient of the input
   * @param to precision of the output
   */
  public Cast(String name, Precision from, Precision to) {
    this.name = name;
    forward = new Rounding(to);
    backward = new Rounding(from);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public INDArray forward(INDArray x, Pass pass) {
    return forward.of(x);
  }

  @Override
  public INDArray backward(INDArray dy) {
    return backward.of(dy);
  }

  @Override
  public void close() {
    forward.close();
    backward.close();
  }

  /** Arrays in a precision, one for each number of samples. */
  private static final class Rounding implements AutoCloseable {
    private final Precision precision;
    private final OneDnn dnn;
    private final Map<Long, Target> targets = new HashMap<>();

    Rounding(Precision precision) {
      this.precision = precision;
      dnn = new OneDnn(precision);
    }

    INDArray of(INDArray array) {
      if (Precision.of(array) == precision) {
        return array;
      }
      return targets.computeIfAbsent(array.size(0), n -> new Target(array)).take(array);
    }

    @Override
    public void close() {
      dnn.close();
      targets.values().forEach(Target::close);
      targets.clear();
    }

    private final class Target {
      private final INDArray result;
      private final @Nullable Binding source;
      private final @Nullable Primitive copy;

      Target(INDArray like) {
        result = precision.allocate(like.shape());
        source = like.isEmpty() ? null : new Binding(dnn, dnn.values(like));
        copy = source == null ? null : copy(source);
      }

      private Primitive copy(Binding from) {
        var to = dnn.memory(dnn.values(result), result);
        return dnn.primitive(new reorder.primitive_desc(from.memory(), to, dnn.attributes(), false))
            .with(from.memory(), dnnl.DNNL_ARG_FROM)
            .with(to, dnnl.DNNL_ARG_TO);
      }

      INDArray take(INDArray array) {
        if (source != null && copy != null) {
          source.bind(array);
          copy.run();
        }
        return result;
      }

      void close() {
        if (result.closeable()) {
          result.close();
        }
      }
    }
  }
}
