package org.lockstep.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lockstep.comm.InProcessGroup;

@Timeout(60)
class ComparisonTest {
  private final Comparison comparison = new Comparison(InProcessGroup.solo());

  @Test
  void values_severalSteps_keepsTheWorstAndItsStep() {
    for (int step = 0; step < 4; step++) {
      comparison.at(step);
      comparison.values("y", new double[] {1, 1 + (step == 2 ? 3 : 1)}, new double[] {1, 1});
    }

    assertThat(comparison.result().worst()).containsExactly(new Deviation("y", 2, 3, "y", 1));
  }

  @Test
  void values_anotherLength_isAnError() {
    assertThatThrownBy(() -> comparison.values("y", new double[2], new double[3]))
        .hasMessage("y: expected 3 values, found 2");
  }

  @Test
  void value_severalFactors_keepsTheLargestPartOfTheTolerance() {
    comparison.value("sum", 5, 0, "w", 100);
    comparison.value("sum", 2, 0, "w", 10);

    assertThat(comparison.result().worst()).containsExactly(new Deviation("sum", null, 2, "w", 10));
  }

  @Test
  void sameOnAllRanks_oneRankDiffersInTheSignOfZero_isFoundOnEveryRank() {
    Deviations[] found = new Deviations[3];
    InProcessGroup.run(
        found.length,
        rank -> {
          Comparison mine = new Comparison(rank);
          mine.sameOnAllRanks("w", new double[] {1, rank.rank() == 1 ? -0.0 : 0.0});
          found[rank.rank()] = mine.result();
        });

    assertThat(found).allMatch(rank -> rank.worst().get(0).error() > 0);
  }

  @Test
  void merge_ranks_keepsTheWorstOfEveryQuantity() {
    List<Deviations> ranks =
        Arrays.asList(
            new Deviations(List.of(deviation("y", 1), deviation("dx", 4))),
            new Deviations(List.of(deviation("y", 2), deviation("dx", 3))));

    assertThat(Deviations.merge(ranks).worst())
        .containsExactly(deviation("y", 2), deviation("dx", 4));
  }

  private static Deviation deviation(String quantity, double error) {
    return new Deviation(quantity, 0, error, quantity, 1);
  }
}
