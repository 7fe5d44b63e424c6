package org.lockstep.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lockstep.comm.CommunicationException;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;
import org.lockstep.transport.Placement;

/**
 * What the ranks are told when the last one runs another program than the others: each what all of
 * them were doing, and long before the collective's time is over, which is longer than the test's.
 */
@Timeout(60)
class DifferentProgramsTest {
  private static final Duration HOURS = Duration.ofHours(2);

  /** One collective. */
  private record Call(OpTag tag, int length, boolean isOfFloats) {
    Call aStepBefore() {
      return new Call(new OpTag(tag.step() - 1, tag.layer(), tag.phase()), length, isOfFloats);
    }

    void run(Communicator ranks) {
      if (isOfFloats) {
        ranks.allReduceAsync(new float[length], 0, length, tag).await(ranks.timeout());
      } else {
        ranks.allReduce(new double[length], length, ReduceOp.SUM, tag);
      }
    }

    @Override
    public String toString() {
      return "allReduce SUM of %d %s (%s)"
          .formatted(length, isOfFloats ? "floats" : "doubles", tag);
    }
  }

  private static Call norm(String layer, Phase phase, int length) {
    return new Call(new OpTag(3, layer, phase), length, false);
  }

  private static final Call EVALUATION = norm("test images", Phase.EVALUATION, 4);

  /** The collectives of a training step. */
  private static final List<Call> STEP =
      List.of(
          norm("bn1", Phase.FORWARD, 9),
          norm("bn2", Phase.FORWARD, 17),
          norm("bn2", Phase.BACKWARD, 16),
          norm("bn1", Phase.BACKWARD, 8),
          new Call(new OpTag(3, "bucket0", Phase.GRADIENT), 100_000, true),
          EVALUATION);

  /** What another program makes of the step. */
  private enum Program {
    ANOTHER_LAYER_ORDER,
    ANOTHER_SHAPE,
    FLOAT64,
    ONE_STEP_BEHIND,
    SKIPS_A_COLLECTIVE,
    SKIPS_THE_GRADIENTS,
    EVALUATES,
    HAS_NO_NORM;

    List<Call> calls() {
      List<Call> calls = new ArrayList<>(STEP);
      switch (this) {
        case ANOTHER_LAYER_ORDER -> Collections.swap(calls, 0, 1);
        case ANOTHER_SHAPE -> calls.set(1, norm("bn2", Phase.FORWARD, 33));
        case FLOAT64 -> calls.set(4, new Call(STEP.get(4).tag(), 100_000, false));
        case ONE_STEP_BEHIND -> calls.replaceAll(Call::aStepBefore);
        case SKIPS_A_COLLECTIVE -> calls.remove(2);
        case SKIPS_THE_GRADIENTS -> calls.remove(4);
        case EVALUATES -> calls.subList(0, 5).clear();
        case HAS_NO_NORM -> calls.subList(0, 4).clear();
      }
      return calls;
    }

    /** How many collectives come before the first in which it differs. */
    int agreement() {
      return IntStream.range(0, STEP.size())
          .filter(i -> !STEP.get(i).equals(calls().get(i)))
          .findFirst()
          .orElseThrow();
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  static Stream<Arguments> programs() {
    return Stream.of(Program.values())
        .flatMap(
            program ->
                Stream.of(2, 3, 4)
                    .flatMap(
                        ranks ->
                            Stream.of(false, true)
                                .map(crowded -> Arguments.of(program, ranks, crowded))));
  }

  @ParameterizedTest(name = "{0}, {1} ranks, crowded: {2}")
  @MethodSource("programs")
  void allReduce_inAnotherProgram_eachRankIsToldWhatAllDo(
      Program program, int worldSize, boolean crowded) throws Exception {
    List<Object> outcomes =
        new Ranks(Placement.SOCKETS, crowded)
            .attempt(
                worldSize,
                HOURS,
                rank -> {
                  boolean isOther = rank.rank() == worldSize - 1;
                  (isOther ? program.calls() : STEP).forEach(call -> call.run(rank));
                  return "done";
                });
    Call others = STEP.get(program.agreement());
    Call last = program.calls().get(program.agreement());
    for (Object outcome : outcomes) {
      assertThat(outcome).isInstanceOf(CommunicationException.class);
      assertThat(((Exception) outcome).getMessage())
          .contains("the ranks do different things", "does " + others)
          .containsPattern(place(worldSize - 1) + "does " + Pattern.quote(last.toString()));
      for (int rank = 0; rank < worldSize; rank++) {
        assertThat(((Exception) outcome).getMessage())
            .containsPattern(
                place(rank) + "(does|has not come, it was last in|has not come, it has)");
      }
    }
  }

  private static String place(int rank) {
    return "rank " + rank + " \\(127\\.0\\.0\\.1:\\d+\\) ";
  }
}
