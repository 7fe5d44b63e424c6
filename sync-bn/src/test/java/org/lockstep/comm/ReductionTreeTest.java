package org.lockstep.comm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ReductionTreeTest {
  @Test
  void sum_ofSixRanks_addsInTheDocumentedBracket() {
    float[] v = {1e8f, 3.3f, -1e8f, 7.7f, 0.1f, 1e-3f};
    float[][] byRank = new float[6][];
    for (int rank = 0; rank < 6; rank++) {
      byRank[rank] = new float[] {v[rank]};
    }
    float expected = ((v[0] + v[1]) + (v[2] + v[3])) + (v[4] + v[5]);
    assertThat(ReductionTree.sum(byRank, new int[6], 1)[0]).isEqualTo(expected);
  }

  @Test
  void sum_withOffsets_leavesTheRestOfRankZeroAlone() {
    float[][] byRank = {{9, 1, 2, 9}, {3, 4, 9}, {9, 9, 5, 6}};
    float[] sum = ReductionTree.sum(byRank, new int[] {1, 0, 2}, 2);
    assertThat(sum).containsExactly(9, 1 + 3 + 5, 2 + 4 + 6, 9);
  }

  @Property(tries = 200)
  void reduce_ofAnyWorldSize_givesTheSumAndAsManyAsRanks(
      @ForAll @IntRange(min = 1, max = 40) int p) {
    double[][] byRank =
        IntStream.range(0, p).mapToObj(r -> new double[] {1, r + 0.5}).toArray(double[][]::new);
    double[] sum = ReductionTree.reduce(byRank, 2, ReduceOp.SUM);
    assertThat(sum).containsExactly(p, p * (p - 1) / 2.0 + 0.5 * p);
  }

  /** The blocks in order hold the ranks in order, so a left operand covers lower ranks only. */
  @Property(tries = 40)
  void leader_ofEachBlock_followsTheBlockBefore(@ForAll @IntRange(min = 1, max = 40) int p) {
    List<Integer> ranks = new ArrayList<>();
    for (int block = 0; block < ReductionTree.blocks(p); block++) {
      int leader = ReductionTree.leader(block, p);
      ranks.add(leader);
      if (leader < ReductionTree.foldedRanks(p)) {
        ranks.add(leader + 1);
      }
    }
    assertThat(ranks).isEqualTo(IntStream.range(0, p).boxed().toList());
  }
}
