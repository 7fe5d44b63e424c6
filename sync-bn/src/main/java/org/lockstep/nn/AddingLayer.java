package org.lockstep.nn;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer that can end a residual function: it adds the shortcut to its result before its ReLU, if
 * it has one, in the same pass over memory. Without an addend it is a layer like others.
 */
public interface AddingLayer extends Layer {
  /**
   * As {@link Layer#forward(INDArray, Pass)}, plus {@code addend}.
   *
   * @param addend of the output's shape; null: none
   * @throws IllegalArgumentException if the shapes do not fit
   */
  INDArray forward(INDArray x, @Nullable INDArray addend, Pass pass);

  @Override
  default INDArray forward(INDArray x, Pass pass) {
    return forward(x, null, pass);
  }

  /**
   * The gradient with respect to the addend of the last pass; follows its {@link #backward}. It is
   * the layer's own array, or the one that backward was given.
   */
  INDArray addendGradient();
}
