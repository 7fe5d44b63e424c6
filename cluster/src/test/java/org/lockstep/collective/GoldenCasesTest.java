package org.lockstep.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lockstep.comm.RankBody;
import org.lockstep.nn.norm.GoldenCheck;
import org.lockstep.nn.norm.Layout;

/** The norm layers' cases, whose ranks reach each other over TCP here. */
@Timeout(60)
class GoldenCasesTest {
  static Stream<Arguments> batchNormCases() {
    List<Boolean> both = List.of(false, true);
    return GoldenCheck.cases().stream()
        .filter(name -> name.startsWith("bn_"))
        .flatMap(name -> both.stream().map(crowded -> Arguments.of(name, crowded)));
  }

  @ParameterizedTest
  @MethodSource("batchNormCases")
  void goldenCase_overNetty_holdsStrictTolerance(String name, boolean crowded) throws Exception {
    Map<String, Double> errors =
        GoldenCheck.errors(
            name,
            "float32_strict",
            Layout.CHANNELS_LAST,
            (worldSize, body) -> Ranks.run(worldSize, crowded, rank -> run(body, rank)));
    assertThat(errors)
        .containsKeys("y", "dx", "dgamma", "dbeta", "mean", "var")
        .allSatisfy((quantity, error) -> assertThat(error).isLessThanOrEqualTo(1));
  }

  private static int run(RankBody body, NettyCommunicator rank) throws Exception {
    body.run(rank);
    return rank.rank();
  }
}
