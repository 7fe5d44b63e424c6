package org.lockstep.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ProbeCommandTest {
  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void landscape_smallRun_printsMediansAndWritesTheReport() throws Exception {
    assertThat(probe("landscape --steps 3 --every 2")).isZero();

    assertThat(out.toString())
        .containsPattern("(?m)^no norm +([0-9.e-]+ +){3}[0-9.e-]+$")
        .containsPattern("(?m)^batch norm +([0-9.e-]+ +){3}[0-9.e-]+$")
        .containsPattern("(?m)^batch norm, noise +([0-9.e-]+ +){3}[0-9.e-]+$")
        .endsWith("report: " + directory.resolve("report.html") + "\n");
    JsonNode sections = JsonMapper.builder().build().readTree(file("results.json"));
    assertThat(sections.findValuesAsText("heading")).hasSize(4);
    assertThat(sections.at("/1/charts/2/series/0/points/1/x").asInt()).isEqualTo(2);
    assertThat(sections.at("/3/charts/2/series/2/points/0/y").asDouble()).isPositive();
    assertThat(file("report.html"))
        .contains(
            "<span>probe</span> <span>landscape</span>", "<span>--steps</span> <span>3</span>");
  }

  @Test
  void activations_smallRun_printsLayersAndWritesTheReport() throws Exception {
    assertThat(probe("activations --steps 2 --every 1")).isZero();

    assertThat(out.toString())
        .containsPattern("(?m)^no norm +conv1 +([0-9.e-]+ +){4}[0-9.e-]+$")
        .containsPattern("(?m)^batch norm +fc1 +([0-9.e-]+ +){4}[0-9.e-]+$");
    JsonNode sections = JsonMapper.builder().build().readTree(file("results.json"));
    assertThat(sections.findValuesAsText("heading")).hasSize(4);
    assertThat(sections.at("/0/charts/1/series")).hasSize(4);
    assertThat(sections.at("/3/charts/0/series/3/points")).hasSize(21);
    assertThat(file("report.html")).contains("<span>probe</span> <span>activations</span>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "landscape --steps 0          | steps: expected at least 1",
        "landscape --every 0          | every: expected at least 1",
        "landscape --learning-rate -1 | learning-rate: expected a positive number",
        "activations --batch 0        | batch: expected at least 1",
        "activations --model tiny     | tiny",
        "activations --data letters   | letters",
        "activations --model resnet8 --limit 40 | expected one without residual blocks",
        "landscape --model small-dense --batch 1 --limit 40 | would have 1 image",
      })
  void execute_wrongUsage_isOneSentenceAndCode2(String arguments, String expected) {
    assertThat(execute(List.of(("probe " + arguments).split(" ")))).isEqualTo(2);
    assertThat(err.toString()).contains(expected).hasLineCount(1);
  }

  private String file(String name) throws Exception {
    return Files.readString(directory.resolve(name));
  }

  private int probe(String arguments) {
    String common = " --model small --data digits --limit 40 --batch 16 --out ";
    return execute(List.of(("probe " + arguments + common + directory).split(" ")));
  }

  private int execute(List<String> words) {
    CommandLine line =
        Commands.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return line.execute(words.toArray(String[]::new));
  }
}
