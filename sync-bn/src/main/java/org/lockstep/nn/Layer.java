package org.lockstep.nn;

import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One differentiable step of a network. A layer allocates its buffers once per batch size and keeps
 * them until {@link #close}: the arrays it returns are its own and hold until its next call, which
 * may be {@link #backward}. Not thread-safe; one rank's thread calls it.
 */
public interface Layer extends AutoCloseable {
  String name();

  /**
   * @param x {@code [N, H, W, C]} or {@code [N, C]}, N may be 0
   * @return the layer's output for the same N
   */
  INDArray forward(INDArray x, Pass pass);

  /**
   * Writes the gradients of the parameters and returns that of the input. Follows the {@link
   * #forward} it belongs to.
   *
   * @param dy gradient of the loss with respect to the output, in the output's shape
   * @return gradient with respect to the input
   */
  INDArray backward(INDArray dy);

  default List<Parameter> parameters() {
    return List.of();
  }

  /** The layers that a composite is made of, each behind those it needs. */
  default List<Layer> parts() {
    return List.of();
  }

  /**
   * State that is no parameter, by full name, for example {@code bn1.running_mean}; live arrays.
   */
  default Map<String, double[]> buffers() {
    return Map.of();
  }

  /** Takes over what the step held back (running statistics), after every rank finished it. */
  default void commit() {}

  @Override
  default void close() {}
}
