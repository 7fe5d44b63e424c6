package org.lockstep.nn.layers;

import org.bytedeco.dnnl.memory;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.HostMemory;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A primitive's argument that lies in an array of another layer, which may be a different one in
 * each step; in the steady state it is the same and binding it costs nothing.
 */
final class Binding {
  private final memory memory;
  private @Nullable INDArray bound;

  Binding(OneDnn dnn, memory.desc desc) {
    memory = dnn.keep(new memory(desc, dnn.engine(), (org.bytedeco.javacpp.Pointer) null));
  }

  memory memory() {
    return memory;
  }

  /** Lets the argument be {@code array}, and keeps that reachable. */
  void bind(INDArray array) {
    if (array != bound) {
      memory.set_data_handle(HostMemory.address(array));
      bound = array;
    }
  }
}
