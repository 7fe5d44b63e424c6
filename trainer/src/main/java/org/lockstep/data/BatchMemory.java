package org.lockstep.data;

import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Off-heap memory of mini-batches, made once per batch size and freed by {@link #close}. */
final class BatchMemory implements AutoCloseable {
  private final Shape shape;
  private final Map<Integer, Target> targets = new HashMap<>();

  /**
   * @param shape of a sample
   */
  BatchMemory(Shape shape) {
    this.shape = shape;
  }

  /** Where a batch of {@code size} samples goes, the same for every batch of that size. */
  Target target(int size) {
    return targets.computeIfAbsent(size, n -> Target.allocate(n, shape));
  }

  @Override
  public void close() {
    targets.values().forEach(Target::close);
    targets.clear();
  }

  /** {@code floats} is the memory of {@code features}. */
  record Target(INDArray features, FloatBuffer floats, int[] labels) {
    private static Target allocate(int size, Shape shape) {
      INDArray features =
          Precision.FLOAT32.allocate(size, shape.height(), shape.width(), shape.channels());
      return new Target(features, HostMemory.floats(features), new int[size]);
    }

    private void close() {
      if (features.closeable()) {
        features.close();
      }
    }
  }
}
