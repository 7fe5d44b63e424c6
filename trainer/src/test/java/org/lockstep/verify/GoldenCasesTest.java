package org.lockstep.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lockstep.nn.Precision;

/** All cases hold, those of norms in float32 even to the tighter tolerance. */
@Timeout(60)
class GoldenCasesTest {
  @TempDir Path directory;

  static Stream<Arguments> casesAndPrecisions() {
    return Cases.all().stream()
        .flatMap(
            name ->
                GoldenCase.read(Cases.DIRECTORY.resolve(name)).precisions().stream()
                    .map(precision -> Arguments.of(name, precision)));
  }

  @ParameterizedTest
  @MethodSource("casesAndPrecisions")
  void goldenCase_onThreads_holds(String name, Precision precision) {
    Verdict verdict = Cases.run(Cases.DIRECTORY.resolve(name), precision);

    assertThat(verdict).matches(Verdict::passed);
  }

  static Stream<Arguments> casesAndWorkers() {
    return Cases.all().stream()
        .flatMap(name -> Stream.of(1, 3, 8).map(workers -> Arguments.of(name, workers)));
  }

  /** Who holds which rows decides nothing: not even whether a rank holds any. */
  @ParameterizedTest
  @MethodSource("casesAndWorkers")
  void goldenCase_dealtToOtherRanks_holds(String name, int workers) throws IOException {
    Path folder = CaseCopy.of(name, directory).edit(json -> CaseCopy.deal(json, workers)).folder();

    assertThat(GoldenCase.read(folder).precisions())
        .allMatch(precision -> Cases.run(folder, precision).passed());
  }

  static Stream<String> normCases() {
    return Cases.all().stream().filter(name -> !name.startsWith("net_"));
  }

  @ParameterizedTest
  @MethodSource("normCases")
  void goldenCase_ofNormInFloat32_holdsStrictTolerance(String name) {
    Path folder = Cases.DIRECTORY.resolve(name);
    List<Precision> precisions = GoldenCase.read(folder).precisions();

    assertThat(precisions)
        .filteredOn(precision -> precision == Precision.FLOAT32)
        .allMatch(precision -> Cases.run(folder, precision).strict());
  }
}
