package org.lockstep.nn.norm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lockstep.nn.norm.Close.assertClose;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;

/** GroupNorm does to each sample what the textbook says, whatever samples are beside it. */
class GroupNormPropertyTest {
  /**
   * A way to use a GroupNorm.
   *
   * @param groupWidth channels in a group
   * @param shards the samples that each of several ranks has
   */
  record Case(
      GroupNormConfig config,
      List<Integer> space,
      int groupWidth,
      List<Integer> shards,
      double mean,
      long seed) {
    int channels() {
      return config.groups() * groupWidth;
    }

    int samples() {
      return shards.stream().reduce(0, Integer::sum);
    }

    RowBatch batch(double about, long batchSeed) {
      return RowBatch.random(
          new Random(batchSeed), about, 1, config.precision(), samples(), space, channels());
    }

    Textbook textbook() {
      int sampleSize = batch(0, 0).withValues(new double[0]).sampleSize();
      Random random = new Random(seed);
      double[] gamma = random.doubles(channels(), 0.5, 2).map(g -> (float) g).toArray();
      double[] beta = random.doubles(channels(), -1, 1).map(b -> (float) b).toArray();
      return new Textbook(
          i -> i / sampleSize * config.groups() + i % channels() / groupWidth,
          samples() * config.groups(),
          config.eps(),
          config.affine() ? gamma : Arrays.stream(gamma).map(g -> 1).toArray(),
          config.affine() ? beta : new double[channels()],
          config.relu());
    }
  }

  /** What a rank has after a step. */
  private record Result(double[] y, double[] dx, double[] dGamma, double[] dBeta) {}

  @Provide
  Arbitrary<Case> cases() {
    Arbitrary<Boolean> flag = Arbitraries.of(true, false);
    Arbitrary<GroupNormConfig> configs =
        Combinators.combine(
                Arbitraries.integers().between(1, 4),
                Arbitraries.of(1e-5, 1e-2),
                flag,
                flag,
                Arbitraries.of(Layout.values()),
                Arbitraries.of(Precision.values()))
            .as(GroupNormConfig::new);
    return Combinators.combine(
            configs,
            Arbitraries.integers().between(1, 4).list().ofMaxSize(3),
            Arbitraries.integers().between(1, 4),
            Arbitraries.integers().between(0, 3).list().ofMinSize(1).ofMaxSize(4),
            Arbitraries.of(0.0, 3.0, -1e3),
            Arbitraries.longs())
        .as(Case::new);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void step_ofAnyBatch_isTheTextbooks(@ForAll("cases") Case groupCase) {
    TextbookStep step = step(groupCase);
    Tolerances tolerances = new Tolerances(step, groupCase.config().precision());
    Result found = train(groupCase, step, 0, groupCase.samples());
    Textbook.Gradients gradients = step.gradients();
    assertClose(found.y(), step.y(), tolerances.y());
    assertClose(found.dx(), gradients.dx(), tolerances.dx());
    if (groupCase.config().affine()) {
      assertClose(found.dGamma(), gradients.dGamma(), tolerances.dGamma());
      assertClose(found.dBeta(), gradients.dBeta(), tolerances.dBeta());
    }
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void step_onShards_equalsOneRankOnTheWhole(@ForAll("cases") Case groupCase) {
    TextbookStep step = step(groupCase);
    Tolerances tolerances = new Tolerances(step, groupCase.config().precision());
    Result whole = train(groupCase, step, 0, groupCase.samples());
    double[] dGamma = new double[whole.dGamma().length];
    double[] dBeta = new double[whole.dBeta().length];
    int from = 0;
    for (int count : groupCase.shards()) {
      Result part = train(groupCase, step, from, from + count);
      int first = from * step.x().sampleSize();
      int end = first + part.y().length;
      assertThat(part.y()).containsExactly(Arrays.copyOfRange(whole.y(), first, end));
      assertThat(part.dx()).containsExactly(Arrays.copyOfRange(whole.dx(), first, end));
      Arrays.setAll(dGamma, c -> dGamma[c] + part.dGamma()[c]);
      Arrays.setAll(dBeta, c -> dBeta[c] + part.dBeta()[c]);
      from += count;
    }
    assertClose(dGamma, whole.dGamma(), tolerances.dGamma());
    assertClose(dBeta, whole.dBeta(), tolerances.dBeta());
  }

  private static TextbookStep step(Case groupCase) {
    RowBatch x = groupCase.batch(groupCase.mean(), groupCase.seed());
    Textbook book = groupCase.textbook();
    RowBatch dy = groupCase.batch(0.2, groupCase.seed() + 1);
    Textbook.Statistics own = book.statistics(x.values());
    return TextbookStep.of(x, dy, book, own, false);
  }

  private static Result train(Case groupCase, TextbookStep step, int from, int end) {
    GroupNormConfig config = groupCase.config();
    Precision precision = config.precision();
    Layout layout = config.layout();
    int channels = groupCase.channels();
    RowBatch x = step.x().samples(from, end);
    RowBatch dy = step.dy().samples(from, end);
    try (GroupNorm norm = new GroupNorm("gn", channels, config)) {
      if (config.affine()) {
        Elements.of(norm.parameters().get(0).value()).put(0, step.book().gamma(), channels);
        Elements.of(norm.parameters().get(1).value()).put(0, step.book().beta(), channels);
      }
      double[] y = x.rows(norm.forward(x.array(layout, precision), Pass.training(0)), layout);
      double[] dx = x.rows(norm.backward(dy.array(layout, precision)), layout);
      List<double[]> gradients =
          norm.parameters().stream().map(p -> Batches.values(p.gradient())).toList();
      return new Result(
          y,
          dx,
          config.affine() ? gradients.get(0) : new double[0],
          config.affine() ? gradients.get(1) : new double[0]);
    }
  }
}
