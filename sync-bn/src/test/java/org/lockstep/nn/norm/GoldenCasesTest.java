package org.lockstep.nn.norm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lockstep.comm.InProcessGroup;

/** All cases hold the tighter tolerance, that of a mean which is subtracted as two floats. */
@Timeout(60)
class GoldenCasesTest {
  static Stream<Arguments> casesAndLayouts() {
    List<Layout> layouts = List.of(Layout.values());
    return GoldenCheck.cases().stream()
        .flatMap(name -> layouts.stream().map(layout -> Arguments.of(name, layout)));
  }

  @ParameterizedTest
  @MethodSource("casesAndLayouts")
  void goldenCase_onThreads_holdsStrictTolerance(String name, Layout layout) throws Exception {
    Map<String, Double> errors =
        GoldenCheck.errors(name, "float32_strict", layout, InProcessGroup::run);
    assertThat(errors)
        .containsKeys("y", "dx", "dgamma", "dbeta", "mean", "var")
        .allSatisfy((quantity, error) -> assertThat(error).isLessThanOrEqualTo(1));
  }
}
