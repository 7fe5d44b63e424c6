package org.lockstep.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lockstep.transport.TwoRanks.LONG;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;

/** What one rank sends, the other receives. */
class LaneTest {
  private static final OpTag TAG = new OpTag(0, "bn1", Phase.FORWARD);

  @Property(tries = 30)
  void receive_partsInAnotherOrderFromARankThatLeaves_getsTheNumbersOfEach(
      @ForAll Placement placement,
      @ForAll boolean leavesFirst,
      @ForAll @Size(min = 1, max = 5) List<@IntRange(max = 40_000) Integer> sizes,
      @ForAll Random random) {
    // A rank leaves before it was read only if the kernel holds all that it sent.
    List<Integer> lengths = sizes.stream().map(size -> leavesFirst ? size / 200 : size).toList();
    List<Integer> order = new ArrayList<>(IntStream.range(0, lengths.size()).boxed().toList());
    Collections.shuffle(order, random);
    CompletableFuture<Void> sent = new CompletableFuture<>();
    TwoRanks ranks = TwoRanks.bind(placement);
    CompletableFuture<Boolean> received =
        ranks.rankZero(
            LONG,
            mesh -> {
              if (leavesFirst) {
                sent.join();
              }
              Operation operation = begin(mesh);
              return order.stream()
                  .allMatch(part -> receives(mesh, operation, part, lengths.get(part)));
            });
    try (Mesh mesh = ranks.rankOne()) {
      Operation operation = begin(mesh);
      for (int part = 0; part < lengths.size(); part++) {
        mesh.latency()
            .send(
                operation,
                0,
                part,
                Numbers.of(numbers(part, lengths.get(part)), 0, lengths.get(part)));
      }
      mesh.latency().flush(operation);
    }
    sent.complete(null);
    assertThat(received.join()).isTrue();
  }

  private static Operation begin(Mesh mesh) {
    return mesh.open(mesh.world(), new Meter(null)).begin(Action.ALL_GATHER, 1, TAG);
  }

  private static double[] numbers(int part, int length) {
    return IntStream.range(0, length).mapToDouble(i -> 1e6 * part + i).toArray();
  }

  private static boolean receives(Mesh mesh, Operation operation, int part, int length) {
    double[] found = new double[length];
    mesh.latency().receive(operation, 1, part, Numbers.of(found, 0, length));
    return Arrays.equals(found, numbers(part, length));
  }
}
