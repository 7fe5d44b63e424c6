package org.lockstep.nn.norm;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.lockstep.nn.HostMemory;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The memory of a float32 array, as the two kinds of loops want to see it: both are the same bytes.
 */
record FloatMemory(FloatBuffer floats, ByteBuffer bytes) {
  static FloatMemory of(INDArray array) {
    return of(HostMemory.bytes(array));
  }

  /**
   * @param bytes in native order
   */
  static FloatMemory of(ByteBuffer bytes) {
    return new FloatMemory(bytes.asFloatBuffer(), bytes);
  }
}
