package org.lockstep.nn.norm;

import java.nio.FloatBuffer;
import java.util.Random;
import org.lockstep.nn.Elements;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Random batches, and the arrays in them as Java sees them. */
final class Batches {
  private Batches() {}

  /** Normal values of the given mean, times {@code scale}. */
  static INDArray random(long seed, double mean, double scale, long... shape) {
    Random random = new Random(seed);
    INDArray array = Precision.FLOAT32.allocate(shape);
    FloatBuffer memory = HostMemory.floats(array);
    while (memory.hasRemaining()) {
      memory.put((float) (scale * (random.nextGaussian() + mean)));
    }
    return array;
  }

  /** The samples {@code [from, from + count)}, 0 allowed; a view where there are any. */
  static INDArray samples(INDArray batch, int from, int count) {
    if (count == 0) {
      long[] shape = batch.shape().clone();
      shape[0] = 0;
      return Precision.FLOAT32.allocate(shape);
    }
    return batch.get(NDArrayIndex.interval(from, from + count));
  }

  /** The values in C order of the array's own axes. */
  static double[] values(INDArray array) {
    return array.isEmpty() ? new double[0] : Elements.of(array.dup('c')).toArray();
  }
}
