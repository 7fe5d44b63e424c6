package org.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lockstep.comm.CommunicationException;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.models.Models;
import org.lockstep.models.Network;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormSpec;
import org.lockstep.optim.Sgd;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A step that a peer's death ends changes nothing on the survivors. */
@Timeout(120)
class FailedStepTest {
  private static final Shape IMAGE = new Shape(8, 8, 1);
  private static final int CLASSES = 10;

  /** Forward and backward of three norm layers, and one bucket. */
  private static final int COLLECTIVES = 7;

  static IntStream collectives() {
    return IntStream.range(0, COLLECTIVES);
  }

  @ParameterizedTest
  @MethodSource("collectives")
  void step_whenAPeerDiesAtAnyCollective_leavesParametersAndStatistics(int collective) {
    InProcessGroup.run(
        2,
        world -> {
          AtomicInteger untilDeath = new AtomicInteger(Integer.MAX_VALUE);
          Communicator mine = world.rank() == 1 ? dyingAfter(untilDeath, world) : world;
          try (Network network = network(mine);
              TrainingStep step = step(network, mine)) {
            step(step, world.rank());
            assertThat(world.traffic().collectives()).isEqualTo(COLLECTIVES);
            world.barrier(new OpTag(0, "first step", Phase.CONTROL));
            double[][] before = state(network);
            untilDeath.set(collective);
            CommunicationException failure =
                catchThrowableOfType(CommunicationException.class, () -> step(step, world.rank()));
            assertThat(failure).hasMessageContaining("the power is gone");
            assertThat(state(network)).isDeepEqualTo(before);
          }
        });
  }

  private static Network network(Communicator world) {
    return Models.build("small-dense", IMAGE, CLASSES, NormSpec.parse("sync"), world, 1);
  }

  private static TrainingStep step(Network network, Communicator world) {
    return new TrainingStep(network, CLASSES, new Sgd(network.parameters(), 0.9, 0, false), world);
  }

  private static void step(TrainingStep step, int rank) {
    try (INDArray x = Precision.FLOAT32.allocate(2, 8, 8, 1)) {
      Elements.of(x).put(5 * (rank + 1), new double[] {1, 2, 3}, 3);
      step.step(x, new int[] {rank, 3}, 2, 4, 0.1);
    }
  }

  private static double[][] state(Network network) {
    List<double[]> state = new ArrayList<>();
    network.parameters().forEach(p -> state.add(Elements.of(p.value()).toArray()));
    network.buffers().values().forEach(buffer -> state.add(buffer.clone()));
    return state.toArray(double[][]::new);
  }

  /** A communicator that makes so many more all-reduces, then fails its peers and itself. */
  private static Communicator dyingAfter(AtomicInteger allReduces, Communicator world) {
    return (Communicator)
        Proxy.newProxyInstance(
            Communicator.class.getClassLoader(),
            new Class<?>[] {Communicator.class},
            (proxy, method, arguments) -> {
              boolean reduces = method.getName().startsWith("allReduce");
              if (reduces && allReduces.getAndDecrement() == 0) {
                world.abort("the power is gone");
              }
              try {
                return method.invoke(world, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
