package org.lockstep.parallel;

import java.nio.DoubleBuffer;
import java.time.Duration;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.ReduceOp;
import org.lockstep.comm.Work;
import org.lockstep.nn.HostMemory;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Float64 gradients, for checks: they travel by the path for statistics, which waits. */
final class DoubleBucket extends Bucket<DoubleBuffer> {
  private double[] values = new double[0];

  DoubleBucket(String name) {
    super(name);
  }

  @Override
  DoubleBuffer memory(INDArray gradient) {
    return HostMemory.doubles(gradient);
  }

  @Override
  void allocate(int size) {
    values = new double[size];
  }

  @Override
  void pack(DoubleBuffer gradient, int offset, int length) {
    gradient.get(0, values, offset, length);
  }

  @Override
  void unpack(DoubleBuffer gradient, int offset, int length) {
    gradient.put(0, values, offset, length);
  }

  @Override
  Work sum(Communicator world, int size, OpTag tag) {
    world.allReduce(values, size, ReduceOp.SUM, tag);
    return Done.INSTANCE;
  }

  /** A collective that is over. */
  private enum Done implements Work {
    INSTANCE;

    @Override
    public boolean isDone() {
      return true;
    }

    @Override
    public void await(Duration timeout) {}
  }
}
