package org.lockstep.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class SettingsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train --epochs 7 | LOCKSTEP_EPOCHS | train.epochs=5 | 7",
        "train            | LOCKSTEP_EPOCHS | train.epochs=5 | 9",
        "train            | NONE            | train.epochs=5 | 5",
        "train            | NONE            | epochs: 4      | 4",
        "train            | NONE            | compare.epochs=5 | 3",
        "bench step       | NONE            | bench.step.epochs=8 | 8",
      })
  void parse_valueInSeveralPlaces_takesTheNearest(
      String command, String variable, String line, String expected) throws IOException {
    Path file = Files.writeString(directory.resolve("lockstep.properties"), line + "\n");
    CommandLine parsed =
        parse(Map.of(variable, "9"), (command + " --config " + file).trim().split(" +"));

    assertThat(value(parsed, "--epochs")).isEqualTo(expected);
  }

  @Test
  void parse_severalValuesAndFlags_areTakenAsOnTheCommandLine() throws IOException {
    Path file = Files.writeString(directory.resolve("c"), "norms = local,sync\nnesterov = true\n");
    CommandLine parsed = parse(Map.of("LOCKSTEP_CONFIG", file.toString()), "compare");

    assertThat(value(parsed, "--norms")).isEqualTo("[local, sync]");
    assertThat(value(parsed, "--nesterov")).isEqualTo("true");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "epoch = 5       | found 'epoch'",
        "verify.epochs=5 | found 'verify.epochs'",
        "master=local    | found 'master', which only the command line can say",
        "norm=\\u00g     | cannot read",
      })
  void of_keyThatIsNoOption_isRefused(String line, String why) throws IOException {
    Path file = Files.writeString(directory.resolve("c"), line + "\n");

    assertThatThrownBy(() -> parse(Map.of(), "train", "--config=" + file))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("--config: ")
        .hasMessageContaining(file.toString())
        .hasMessageContaining(why);
  }

  @Test
  void execute_fileThatIsNotThere_isWrongUsage() {
    assertThat(Commands.execute(Map.of(), "train", "--config", "/nowhere")).isEqualTo(2);
  }

  @Test
  void usage_ofEachCommand_hasExamplesOfItsOwn() {
    examples("", Commands.commandLine());
  }

  private static void examples(String prefix, CommandLine command) {
    String name = prefix + command.getCommandName();
    if (!name.endsWith("generate-completion")) {
      assertThat(command.getUsageMessage()).contains("Examples:", "  bin/" + name);
      command.getSubcommands().values().forEach(sub -> examples(name + " ", sub));
    }
  }

  @Test
  void usage_ofACommand_showsWhatIsSetAsDefault() {
    CommandLine parsed = parse(Map.of("LOCKSTEP_EPOCHS", "11"), "train");

    assertThat(parsed.getUsageMessage()).contains("Passes over the training images (default: 11)");
  }

  private static CommandLine parse(Map<String, String> environment, String... args) {
    CommandLine root = Commands.commandLine();
    root.setDefaultValueProvider(Settings.of(root, environment, args));
    root.parseArgs(args);
    CommandLine last = root;
    while (last.getParseResult().subcommand() != null) {
      last = last.getParseResult().subcommand().commandSpec().commandLine();
    }
    return last;
  }

  private static String value(CommandLine command, String name) {
    OptionSpec option = command.getCommandSpec().findOption(name);
    Object value = option.getValue();
    return value instanceof Object[] all ? java.util.Arrays.toString(all) : String.valueOf(value);
  }
}
