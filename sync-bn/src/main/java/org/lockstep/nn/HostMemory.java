package org.lockstep.nn;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The off-heap memory of arrays, seen from Java. Kernels move cache-sized blocks between it and
 * heap arrays with the bulk methods of {@link FloatBuffer}, since the JIT vectorizes loops over
 * heap arrays only.
 */
public final class HostMemory {
  private HostMemory() {}

  /** A new float32 array in C order, all zeros; the caller closes it. */
  public static INDArray allocate(long... shape) {
    return Nd4j.create(DataType.FLOAT, shape, 'c');
  }

  /**
   * The memory of {@code array} from its first element to its last, live, as a direct buffer. Make
   * it once per array: it costs garbage.
   *
   * @throws IllegalArgumentException unless the array is float32 and contiguous in C order
   */
  public static FloatBuffer floats(INDArray array) {
    if (array.isEmpty()) {
      return FloatBuffer.allocate(0);
    }
    if (array.dataType() != DataType.FLOAT || !isContiguous(array)) {
      throw new IllegalArgumentException(
          "expected a contiguous float32 array in C order, found "
              + array.dataType()
              + " of shape "
              + Arrays.toString(array.shape())
              + " with strides "
              + Arrays.toString(array.stride())
              + "; pass array.castTo(DataType.FLOAT).dup('c')");
    }
    return new FloatPointer(array.data().addressPointer()).capacity(array.length()).asBuffer();
  }

  /** Whether the elements lie one after the other, in C order. */
  public static boolean isContiguous(INDArray array) {
    long expected = 1;
    for (int axis = array.rank() - 1; axis >= 0; axis--) {
      if (array.size(axis) != 1 && array.stride(axis) != expected) {
        return false;
      }
      expected *= array.size(axis);
    }
    return true;
  }
}
