package org.lockstep.collective;

import org.lockstep.comm.ReduceOp;
import org.lockstep.transport.Lane;
import org.lockstep.transport.Operation;

/** What is measured. */
public enum Algorithm {
  RECURSIVE_DOUBLING {
    @Override
    Body body() {
      RecursiveDoubling doubling = new RecursiveDoubling();
      return (lane, operation, b) ->
          doubling.allReduce(lane, operation, b.doubles, b.numbers(), ReduceOp.SUM);
    }
  },
  STAR {
    @Override
    Body body() {
      Star star = new Star(2);
      return (lane, operation, b) ->
          star.allReduce(lane, operation, b.doubles, b.numbers(), ReduceOp.SUM);
    }
  },
  NAIVE_ALL_REDUCE {
    @Override
    Body body() {
      return (lane, operation, b) -> Naive.allReduce(lane, operation, b.doubles, b.others);
    }
  },
  RING {
    @Override
    Body body() {
      Ring ring = new Ring();
      return (lane, operation, b) -> ring.allReduce(lane, operation, b.floats, 0, b.numbers());
    }
  },
  NAIVE_GRADIENTS {
    @Override
    Body body() {
      return (lane, operation, b) -> Naive.allReduce(lane, operation, b.floats, b.otherFloats);
    }
  },
  ALL_GATHER {
    @Override
    Body body() {
      return (lane, operation, b) -> AllGather.run(lane, operation, b.doubles, b.all);
    }
  },
  NAIVE_ALL_GATHER {
    @Override
    Body body() {
      return (lane, operation, b) -> Naive.allGather(lane, operation, b.doubles, b.all);
    }
  },
  BROADCAST {
    @Override
    Body body() {
      return (lane, operation, b) ->
          pingPong(
              operation, root -> Broadcast.run(lane, operation, b.floats, 0, b.numbers(), root));
    }
  },
  NAIVE_BROADCAST {
    @Override
    Body body() {
      return (lane, operation, b) ->
          pingPong(operation, root -> Naive.broadcast(lane, operation, b.floats, root));
    }
  };

  /** Makes what one rank runs, with scratch space of its own. */
  abstract Body body();

  /** One rank's part of the collective. */
  interface Body {
    void run(Lane lane, Operation operation, Buffers buffers);
  }

  /** A rank's numbers. */
  record Buffers(
      double[] doubles, double[] others, double[] all, float[] floats, float[] otherFloats) {
    static Buffers of(int numbers) {
      return new Buffers(
          new double[numbers],
          new double[numbers],
          new double[2 * numbers],
          new float[numbers],
          new float[numbers]);
    }

    int numbers() {
      return doubles.length;
    }
  }

  /** A broadcast there and one back, since a root that only sends runs ahead of the other rank. */
  private static void pingPong(Operation operation, java.util.function.IntConsumer broadcast) {
    for (int root = 0; root < operation.group().size(); root++) {
      broadcast.accept(root);
    }
  }
}
