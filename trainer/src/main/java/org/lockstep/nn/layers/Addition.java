package org.lockstep.nn.layers;

import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The sum of two arrays of one shape, in an array of its own for each number of samples: by oneDNN
 * in float32 and bf16, by ND4J in float64. Belongs to one thread at a time.
 */
final class Addition implements AutoCloseable {
  private final Map<Long, Sum> sums = new HashMap<>();
  private @Nullable OneDnn dnn;

  INDArray of(INDArray a, INDArray b) {
    Sum sum = sums.get(a.size(0));
    if (sum == null) {
      sum = newSum(a);
      sums.put(a.size(0), sum);
    }
    return sum.of(a, b);
  }

  private Sum newSum(INDArray like) {
    INDArray result = like.ulike();
    if (result.isEmpty()) {
      return new Sum(result, (a, b) -> {});
    }
    return switch (Precision.of(like)) {
      case FLOAT32, BF16 -> new Sum(result, new BinaryPrimitive(result));
      case FLOAT64 -> new Sum(result, (a, b) -> a.addi(b, result));
    };
  }

  private OneDnn dnn() {
    if (dnn == null) {
      dnn = new OneDnn(Precision.FLOAT32);
    }
    return dnn;
  }

  @Override
  public void close() {
    if (dnn != null) {
      dnn.close();
    }
    sums.values().forEach(Sum::close);
    sums.clear();
  }

  private interface Operation {
    void run(INDArray a, INDArray b);
  }

  private record Sum(INDArray result, Operation operation) {
    INDArray of(INDArray a, INDArray b) {
      operation.run(a, b);
      return result;
    }

    void close() {
      if (result.closeable()) {
        result.close();
      }
    }
  }

  private final class BinaryPrimitive implements Operation {
    private final Binding a;
    private final Binding b;
    private final Primitive primitive;

    BinaryPrimitive(INDArray result) {
      memory.desc desc = dnn().values(result);
      a = new Binding(dnn(), desc);
      b = new Binding(dnn(), desc);
      binary.primitive_desc add =
          new binary.primitive_desc(
              dnn().engine(), dnnl.dnnl_binary_add, desc, desc, desc, dnn().attributes(), false);
      primitive =
          dnn()
              .primitive(add)
              .with(a.memory(), dnnl.DNNL_ARG_SRC_0)
              .with(b.memory(), dnnl.DNNL_ARG_SRC_1)
              .with(dnn().memory(desc, result), dnnl.DNNL_ARG_DST);
    }

    @Override
    public void run(INDArray first, INDArray second) {
      a.bind(first);
      b.bind(second);
      primitive.run();
    }
  }
}
