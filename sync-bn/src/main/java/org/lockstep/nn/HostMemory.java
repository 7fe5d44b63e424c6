package org.lockstep.nn;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.ShortPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The off-heap memory of arrays, seen from Java. Kernels move cache-sized blocks between it and
 * heap arrays with the bulk methods of the buffers, since the JIT vectorizes loops over heap arrays
 * only. A buffer does not keep its array alive: who keeps the buffer keeps the array.
 */
public final class HostMemory {
  private HostMemory() {}

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
    require(Precision.FLOAT32, array);
    return new FloatPointer(array.data().addressPointer()).capacity(array.length()).asBuffer();
  }

  /**
   * The same of a float64 array.
   *
   * @throws IllegalArgumentException unless the array is float64 and contiguous in C order
   */
  public static DoubleBuffer doubles(INDArray array) {
    if (array.isEmpty()) {
      return DoubleBuffer.allocate(0);
    }
    require(Precision.FLOAT64, array);
    return new DoublePointer(array.data().addressPointer()).capacity(array.length()).asBuffer();
  }

  /**
   * The same of a bf16 array, as bits; see {@link BFloat16}.
   *
   * @throws IllegalArgumentException unless the array is bf16 and contiguous in C order
   */
  public static ShortBuffer shorts(INDArray array) {
    if (array.isEmpty()) {
      return ShortBuffer.allocate(0);
    }
    require(Precision.BF16, array);
    return new ShortPointer(array.data().addressPointer()).capacity(array.length()).asBuffer();
  }

  /**
   * The bytes of an array of any precision, for code that only moves them.
   *
   * @throws IllegalArgumentException unless the array is contiguous in C order
   */
  public static ByteBuffer bytes(INDArray array) {
    if (array.isEmpty()) {
      return ByteBuffer.allocate(0);
    }
    Precision precision = Precision.of(array);
    require(precision, array);
    return new BytePointer(array.data().addressPointer())
        .capacity(array.length() * precision.bytes())
        .asByteBuffer();
  }

  /**
   * Where an array of any precision that is not empty begins, for native code.
   *
   * @throws IllegalArgumentException unless the array is contiguous in C order
   */
  public static Pointer address(INDArray array) {
    require(Precision.of(array), array);
    return array.data().addressPointer();
  }

  private static void require(Precision precision, INDArray array) {
    if (array.dataType() != precision.dataType() || !isContiguous(array)) {
      throw new IllegalArgumentException(
          "expected a contiguous "
              + precision
              + " array in C order, found "
              + array.dataType()
              + " of shape "
              + Arrays.toString(array.shape())
              + " with strides "
              + Arrays.toString(array.stride())
              + "; pass array.castTo(DataType."
              + precision.dataType()
              + ").dup('c')");
    }
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
