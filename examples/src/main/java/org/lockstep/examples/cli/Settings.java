package org.lockstep.examples.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What options are that are not on the command line. For {@code --learning-rate} of {@code train},
 * the first of these that is there: {@code LOCKSTEP_LEARNING_RATE} in the environment; {@code
 * train.learning-rate}, then {@code learning-rate} in the file that {@code --config} names. Of
 * {@code bench step} the file says {@code bench.step.batch}.
 */
final class Settings implements IDefaultValueProvider {
  /** Names the file, and is no setting itself. */
  static final String CONFIG = "--config";

  private static final String PREFIX = "LOCKSTEP_";

  /**
   * What bin/lockstep has to see on the command line, what names the file, and what ends at once.
   */
  private static final Set<String> NONE = Set.of("master", "config", "help", "version");

  private final Map<String, String> environment;
  private final Properties file;

  private Settings(Map<String, String> environment, Properties file) {
    this.environment = environment;
    this.file = file;
  }

  /**
   * Reads the file that the command line or the environment names; none is no error.
   *
   * @throws UsageException if it cannot be read, or has a key that is no option
   */
  static Settings of(CommandLine root, Map<String, String> environment, String... args) {
    Properties file = new Properties();
    String path = path(environment, args);
    if (path != null) {
      try (Reader reader = Files.newBufferedReader(Path.of(path))) {
        file.load(reader);
      } catch (NoSuchFileException e) {
        throw new UsageException(CONFIG + ": there is no file " + path);
      } catch (IOException | IllegalArgumentException e) {
        throw new UsageException(
            "%s: expected a file of lines as 'train.epochs = 5', cannot read %s: %s"
                .formatted(CONFIG, path, e.getMessage()));
      }
      check(path, file, keys(root));
    }
    return new Settings(environment, file);
  }

  private static @Nullable String path(Map<String, String> environment, String... args) {
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals(CONFIG) && i + 1 < args.length) {
        return args[i + 1];
      }
      if (args[i].startsWith(CONFIG + "=")) {
        return args[i].substring(CONFIG.length() + 1);
      }
    }
    return environment.get(variable("config"));
  }

  private static void check(String path, Properties file, Set<String> known) {
    for (String key : new TreeSet<>(file.stringPropertyNames())) {
      if (!known.contains(key)) {
        String option = key.substring(key.lastIndexOf('.') + 1);
        throw new UsageException(
            "%s: %s: expected the name of an option, alone or behind its command's, as epochs or train.epochs; found '%s'%s"
                .formatted(
                    CONFIG,
                    path,
                    key,
                    NONE.contains(option) ? ", which only the command line can say" : ""));
      }
    }
  }

  private static Set<String> keys(CommandLine command) {
    String prefix = prefix(command);
    return Stream.concat(
            command.getCommandSpec().options().stream()
                .map(Settings::name)
                .filter(name -> !NONE.contains(name))
                .flatMap(name -> Stream.of(name, prefix + name)),
            command.getSubcommands().values().stream().flatMap(sub -> keys(sub).stream()))
        .collect(Collectors.toSet());
  }

  /** {@code bench.step.} for that command, nothing for the root. */
  private static String prefix(CommandLine command) {
    CommandLine parent = command.getParent();
    return parent == null ? "" : prefix(parent) + command.getCommandName() + ".";
  }

  private static String name(OptionSpec option) {
    return option.longestName().replaceFirst("^-+", "");
  }

  private static String variable(String name) {
    return PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option) || NONE.contains(name(option))) {
      return null;
    }
    String name = name(option);
    String given = environment.get(variable(name));
    if (given == null) {
      given = file.getProperty(prefix(option.command().commandLine()) + name);
    }
    return given == null ? file.getProperty(name) : given;
  }
}
