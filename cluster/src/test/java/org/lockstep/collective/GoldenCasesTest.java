package org.lockstep.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lockstep.nn.Precision;
import org.lockstep.transport.Placement;
import org.lockstep.verify.CaseFolders;
import org.lockstep.verify.Deviations;
import org.lockstep.verify.GoldenCase;

/** The trainer module's golden cases, whose ranks meet over TCP and in memory here. */
@Timeout(60)
class GoldenCasesTest {
  /** Tests start in their module's directory. */
  private static final Path CASES = Path.of("..", "trainer", "src", "test", "resources", "golden");

  static Stream<Arguments> runs() {
    return CaseFolders.of(CASES).stream().flatMap(GoldenCasesTest::runs);
  }

  private static Stream<Arguments> runs(Path folder) {
    return GoldenCase.read(folder).precisions().stream()
        .flatMap(
            precision ->
                Stream.of(new Ranks(Placement.PAIRS, false), new Ranks(Placement.PAIRS, true))
                    .map(ranks -> Arguments.of(folder.getFileName(), precision, ranks)));
  }

  @ParameterizedTest
  @MethodSource("runs")
  void goldenCase_overNetty_holds(Path name, Precision precision, Ranks ranks) throws Exception {
    GoldenCase golden = GoldenCase.read(CASES.resolve(name));

    List<Deviations> found = ranks.run(golden.workers(), rank -> golden.run(rank, precision));

    assertThat(golden.judge(precision, found)).matches(verdict -> verdict.passed());
  }
}
