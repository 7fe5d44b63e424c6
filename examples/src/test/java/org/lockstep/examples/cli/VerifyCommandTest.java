package org.lockstep.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.lockstep.examples.GoldenFiles;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class VerifyCommandTest {
  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void verify_caseThatHolds_isALinePerPrecisionAndCode0() throws IOException {
    GoldenFiles.copy("bn_nc_basic", directory);

    int code = verify();

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    assertThat(lines().get(0)).matches("case +precision +worst +error +tolerance +result");
    assertThat(lines().get(1))
        .matches(
            "bn_nc_basic +float32 +\\w+ @\\d +\\S+e-\\d+ +\\S+e-\\d+ +PASS +float32_strict too");
    assertThat(lines().get(2))
        .matches("bn_nc_basic +float64 +\\w+ @\\d +\\S+e-\\d+ +\\S+e-\\d+ +PASS");
    assertThat(lines()).hasSize(4).last().isEqualTo("2 passed, 0 failed");
  }

  @Test
  void verify_directoryOfOneCase_runsIt() throws IOException {
    Path folder = GoldenFiles.copy("gn_nc_groups3", directory);

    int code = execute("verify", "--cases", folder.toString(), "--precision", "float64");

    assertThat(code).isZero();
    assertThat(lines().get(1)).startsWith("gn_nc_groups3  float64");
    assertThat(lines()).last().isEqualTo("1 passed, 0 failed");
  }

  @Test
  void verify_wrongFigure_failsWithThatQuantityAndCode1() throws IOException {
    Path folder = GoldenFiles.copy("bn_nc_basic", directory);
    GoldenFiles.addToLast(folder.resolve("s1_var.npy"), 1e-3);
    GoldenFiles.copy("gn_nc_groups3", directory);

    int code = verify("--precision", "float32");

    assertThat(code).isEqualTo(1);
    assertThat(lines().get(1)).matches("bn_nc_basic +float32 +var @1 +1.00e-03 .* FAIL");
    assertThat(lines().get(2)).contains("PASS");
    assertThat(lines()).last().isEqualTo("1 passed, 1 failed");
  }

  @Test
  void verify_ranksThatThrow_failWithTheirSentence() throws IOException {
    GoldenFiles.writeOneValuePerChannel(directory);

    int code = verify("--precision", "float32");

    assertThat(code).isEqualTo(1);
    assertThat(lines().get(1)).matches(".* FAIL +norm: expected at least 2 values per channel .*");
    assertThat(lines()).last().isEqualTo("0 passed, 1 failed");
  }

  @Test
  void verify_truncatedFile_isCode2AndTheOthersRun() throws IOException {
    Path folder = GoldenFiles.copy("bn_nc_basic", directory);
    Path file = folder.resolve("s0_x.npy");
    byte[] content = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(content, content.length - 1));
    GoldenFiles.addToLast(GoldenFiles.copy("gn_nc_groups3", directory).resolve("s0_y.npy"), 1);

    int code = verify("--precision", "float64");

    assertThat(code).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).startsWith("lockstep verify: " + file + ": expected ");
    assertThat(lines().get(1)).matches("bn_nc_basic +- .* cannot be read");
    assertThat(lines().get(2)).contains("FAIL");
    assertThat(lines()).last().isEqualTo("0 passed, 1 failed");
  }

  @Test
  void verify_missingFile_isCode2() throws IOException {
    Path file = GoldenFiles.copy("bn_nc_basic", directory).resolve("eval_dx.npy");
    Files.delete(file);

    assertThat(verify()).isEqualTo(2);
    assertThat(err).hasToString(sentence(file + ": expected an .npy file, found none"));
  }

  @Test
  void verify_brokenJson_isCode2() throws IOException {
    Path file = GoldenFiles.copy("bn_nc_basic", directory).resolve("case.json");
    Files.writeString(file, "{\"kind\": ");

    assertThat(verify()).isEqualTo(2);
    assertThat(err.toString()).startsWith("lockstep verify: " + file + ": expected JSON, found");
    assertThat(err.toString().lines()).hasSize(1);
  }

  @Test
  void verify_unknownKind_isCode2() throws IOException {
    Path file = GoldenFiles.copy("bn_nc_basic", directory).resolve("case.json");
    Files.writeString(file, Files.readString(file).replace("\"batchnorm\"", "\"dropout\""));

    assertThat(verify()).isEqualTo(2);
    assertThat(err.toString()).contains("kind expected", "found \"dropout\"");
  }

  @Test
  void verify_missingDirectory_isWrongUsage() {
    Path missing = directory.resolve("missing");

    int code = execute("verify", "--cases", missing.toString());

    assertThat(code).isEqualTo(2);
    assertThat(err)
        .hasToString(sentence(missing + ": expected a directory of cases, found nothing"));
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void verify_float64InputsInFloat32_areNeitherPassedNorFailed() throws IOException {
    GoldenFiles.copy("bn_nc_uneven_float64", directory);

    int code = verify("--precision", "float32");

    assertThat(code).isZero();
    assertThat(lines().get(1)).contains("float32", "not run: its inputs are exact in float64 only");
    assertThat(lines()).last().isEqualTo("0 passed, 0 failed");
  }

  @Test
  void verify_casesOfSeveralWorldSizes_keepTheirOrder() throws IOException {
    List<String> names = List.of("bn_nc_basic", "bn_nchw_basic", "gn_nc_groups3");
    for (String name : names) {
      GoldenFiles.copy(name, directory);
    }
    Files.writeString(
        directory.resolve("cases.json"), "[\"gn_nc_groups3\", \"bn_nc_basic\", \"bn_nchw_basic\"]");

    verify("--precision", "float64");

    assertThat(lines().subList(1, 4).stream().map(line -> line.split(" ")[0]))
        .containsExactly("gn_nc_groups3", "bn_nc_basic", "bn_nchw_basic");
  }

  @Test
  void verify_help_saysWhatTheExitCodesMean() {
    assertThat(execute("verify", "--help")).isZero();
    assertThat(out.toString()).contains("0   all cases passed", "1   one failed", "2   the dir");
  }

  private List<String> lines() {
    return out.toString().lines().toList();
  }

  private static String sentence(String text) {
    return "lockstep verify: " + text + System.lineSeparator();
  }

  private int verify(String... options) {
    return execute(
        Stream.concat(Stream.of("verify", "--cases", directory.toString()), Stream.of(options))
            .toArray(String[]::new));
  }

  private int execute(String... words) {
    return Commands.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(words);
  }
}
