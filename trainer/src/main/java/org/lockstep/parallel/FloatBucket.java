package org.lockstep.parallel;

import java.nio.FloatBuffer;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Work;
import org.lockstep.nn.HostMemory;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Float32 gradients, which travel while the backward pass goes on. */
final class FloatBucket extends Bucket<FloatBuffer> {
  private float[] values = new float[0];

  FloatBucket(String name) {
    super(name);
  }

  @Override
  FloatBuffer memory(INDArray gradient) {
    return HostMemory.floats(gradient);
  }

  @Override
  void allocate(int size) {
    values = new float[size];
  }

  @Override
  void pack(FloatBuffer gradient, int offset, int length) {
    gradient.get(0, values, offset, length);
  }

  @Override
  void unpack(FloatBuffer gradient, int offset, int length) {
    gradient.put(0, values, offset, length);
  }

  @Override
  Work sum(Communicator world, int size, OpTag tag) {
    return world.allReduceAsync(values, 0, size, tag);
  }
}
