package org.lockstep.nn.norm;

import java.nio.ByteBuffer;
import java.nio.ShortBuffer;
import org.lockstep.nn.HostMemory;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The memory of a bf16 array, as {@link FloatMemory} is that of a float32 one. */
record BFloat16Memory(ShortBuffer shorts, ByteBuffer bytes) {
  static BFloat16Memory of(INDArray array) {
    return of(HostMemory.bytes(array));
  }

  /**
   * @param bytes in native order
   */
  static BFloat16Memory of(ByteBuffer bytes) {
    return new BFloat16Memory(bytes.asShortBuffer(), bytes);
  }
}
