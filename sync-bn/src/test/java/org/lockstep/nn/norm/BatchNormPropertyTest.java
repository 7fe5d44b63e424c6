package org.lockstep.nn.norm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lockstep.nn.norm.Close.assertClose;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.lockstep.nn.norm.ShardedRun.Result;
import org.lockstep.nn.norm.Textbook.Statistics;

/**
 * p ranks on shards compute what the textbook says and what one rank computes on the whole: in
 * every shape, layout, precision, group and option, over training steps and in evaluation.
 */
class BatchNormPropertyTest {
  private static final int TRIES = 100;

  @Provide
  Arbitrary<ShardedCase> cases() {
    return ShardedCase.arbitrary();
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void outputs_onShards_areTheTextbooks(@ForAll("cases") ShardedCase shardedCase) {
    ShardedPlan plan = new ShardedPlan(shardedCase);
    List<List<Result>> found = new ShardedRun(plan).onShards();
    for (int i = 0; i < plan.steps().size(); i++) {
      List<Result> ranks = ofStep(found, i);
      TextbookStep step = plan.step(i);
      Tolerances tolerances = tolerances(plan, i);
      Textbook.Gradients gradients = step.gradients();
      assertClose(joined(ranks, Result::y), step.y(), tolerances.y());
      assertClose(joined(ranks, Result::dx), gradients.dx(), tolerances.dx());
      if (shardedCase.config().affine()) {
        List<Result> shares = shares(ranks, shardedCase, i);
        assertClose(sum(shares, Result::dGamma), gradients.dGamma(), tolerances.dGamma());
        assertClose(sum(shares, Result::dBeta), gradients.dBeta(), tolerances.dBeta());
      }
    }
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void statistics_onShards_areTheTextbooks(@ForAll("cases") ShardedCase shardedCase) {
    ShardedPlan plan = new ShardedPlan(shardedCase);
    List<List<Result>> found = new ShardedRun(plan).onShards();
    for (int rank = 0; rank < shardedCase.ranks(); rank++) {
      double meanTolerance = 0;
      double varianceTolerance = 0;
      for (int i = 0; i < shardedCase.steps(); i++) {
        Result result = found.get(rank).get(i);
        Tolerances tolerances = tolerances(plan, i);
        Statistics batch = shardedCase.ofRank(plan.step(i).statistics(), rank);
        Statistics running = shardedCase.ofRank(plan.running(i), rank);
        if (batch.count()[0] > 0) {
          assertClose(result.mean(), batch.mean(), tolerances.mean());
          assertClose(result.variance(), batch.variance(), tolerances.variance());
        }
        meanTolerance = Math.max(meanTolerance, tolerances.mean());
        varianceTolerance = Math.max(varianceTolerance, 2 * tolerances.variance());
        if (shardedCase.config().trackRunningStatistics()) {
          assertClose(result.running().get(0), running.mean(), meanTolerance);
          assertClose(result.running().get(1), running.variance(), varianceTolerance);
          assertThat(result.running().get(2)).containsExactly(running.count()[0]);
        }
      }
    }
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void step_onShards_equalsOneRankOnTheWhole(@ForAll("cases") ShardedCase shardedCase) {
    ShardedPlan plan = new ShardedPlan(shardedCase);
    ShardedRun run = new ShardedRun(plan);
    List<List<Result>> found = run.onShards();
    boolean tracked = shardedCase.config().trackRunningStatistics();
    for (int group = 0; group < shardedCase.groups(); group++) {
      int first = group * shardedCase.groupSize();
      List<List<Result>> members = found.subList(first, first + shardedCase.groupSize());
      List<Result> whole = run.onTheWhole(group);
      for (int i = 0; i < (tracked ? plan.steps().size() : shardedCase.steps()); i++) {
        List<Result> ranks = ofStep(members, i);
        Result expected = whole.get(i);
        Tolerances tolerances = tolerances(plan, i);
        assertClose(joined(ranks, Result::y), expected.y(), tolerances.y());
        assertClose(joined(ranks, Result::dx), expected.dx(), tolerances.dx());
        List<Result> shares = shares(ranks, shardedCase, i);
        assertClose(sum(shares, Result::dGamma), expected.dGamma(), tolerances.dGamma());
        assertClose(sum(shares, Result::dBeta), expected.dBeta(), tolerances.dBeta());
      }
    }
  }

  @Property(tries = TRIES / 3, edgeCases = EdgeCasesMode.NONE)
  void step_onShards_givesTheSameBitsOnAllRanksAndAgain(@ForAll("cases") ShardedCase shardedCase) {
    ShardedRun run = new ShardedRun(new ShardedPlan(shardedCase));
    List<List<Result>> found = run.onShards();
    List<List<Result>> again = run.onShards();
    for (int rank = 0; rank < shardedCase.ranks(); rank++) {
      List<Result> leader = found.get(rank / shardedCase.groupSize() * shardedCase.groupSize());
      for (int i = 0; i <= shardedCase.steps(); i++) {
        Result result = found.get(rank).get(i);
        assertThat(bits(result)).isDeepEqualTo(bits(again.get(rank).get(i)));
        if (i < shardedCase.steps()) {
          boolean global = shardedCase.groupIsWorld();
          assertThat(shared(result, global)).isDeepEqualTo(shared(leader.get(i), global));
        }
      }
    }
  }

  private static double[][] bits(Result result) {
    double[][] shared = shared(result, true);
    double[][] all = Arrays.copyOf(shared, shared.length + 2);
    all[shared.length] = result.y();
    all[shared.length + 1] = result.dx();
    return all;
  }

  /** What the ranks of a group have in common after a training step. */
  private static double[][] shared(Result result, boolean gradientsToo) {
    List<double[]> shared = new ArrayList<>(result.running());
    shared.add(result.mean());
    shared.add(result.variance());
    if (gradientsToo) {
      shared.add(result.dGamma());
      shared.add(result.dBeta());
    }
    return shared.toArray(double[][]::new);
  }

  private static Tolerances tolerances(ShardedPlan plan, int step) {
    return new Tolerances(plan.step(step), plan.shardedCase().config().precision());
  }

  private static List<Result> ofStep(List<List<Result>> found, int step) {
    return found.stream().map(results -> results.get(step)).toList();
  }

  private static double[] joined(List<Result> ranks, Function<Result, double[]> part) {
    return ranks.stream().flatMapToDouble(rank -> Arrays.stream(part.apply(rank))).toArray();
  }

  /** The ranks whose parameters' gradients add up to the whole: one alone if it is global. */
  private static List<Result> shares(List<Result> ranks, ShardedCase shardedCase, int step) {
    boolean training = step < shardedCase.steps();
    return shardedCase.groupIsWorld() && training ? ranks.subList(0, 1) : ranks;
  }

  private static double[] sum(List<Result> ranks, Function<Result, double[]> part) {
    double[] sum = new double[part.apply(ranks.get(0)).length];
    for (Result rank : ranks) {
      Arrays.setAll(sum, i -> sum[i] + part.apply(rank)[i]);
    }
    return sum;
  }
}
