package org.lockstep.nn.layers;

import org.nd4j.linalg.api.ndarray.INDArray;

/** What a layer does at one batch size, with all its buffers. */
interface Plan {
  INDArray forward(INDArray x);

  /** Follows the {@link #forward} it belongs to; makes what it needs at its first call. */
  INDArray backward(INDArray dy);
}
