package org.lockstep.examples.cli;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lockstep.train.TrainConfig;

/** Writes the command that repeats runs exactly: every option that decides a result is in it. */
final class RepeatCommand {
  private RepeatCommand() {}

  /** All combinations of the norms, shards and batches in {@code plan}. */
  static String compare(List<TrainConfig> plan, int workers) {
    return "bin/lockstep compare"
        + option("norms", distinct(plan, TrainConfig::norm))
        + option("shards", distinct(plan, TrainConfig::shards))
        + option("batch", distinct(plan, TrainConfig::batchPerWorker))
        + common(plan.get(0), workers);
  }

  /** All combinations of the norms and batches in {@code plan}. */
  static String batches(List<TrainConfig> plan, int workers) {
    return "bin/lockstep example batches"
        + option("norms", distinct(plan, TrainConfig::norm))
        + option("batch", distinct(plan, TrainConfig::batchPerWorker))
        + common(plan.get(0), workers);
  }

  static String train(TrainConfig config, int workers) {
    return "bin/lockstep train"
        + option("norm", config.norm())
        + option("shards", config.shards())
        + option("batch", config.batchPerWorker())
        + common(config, workers);
  }

  static String example(String name, DataOptions data, int epochs, int batch, long seed) {
    return "bin/lockstep example "
        + name
        + data.repeated()
        + option("epochs", epochs)
        + option("batch", batch)
        + option("seed", seed);
  }

  static String data(String name, @Nullable String directory, int limit) {
    return option("data", name)
        + (directory == null ? "" : option("data-dir", directory))
        + option("limit", limit);
  }

  private static String common(TrainConfig config, int workers) {
    return option("workers", workers)
        + option("model", config.model())
        + data(config.data(), config.dataDir(), config.limit())
        + option("epochs", config.epochs())
        + option("seed", config.seed())
        + option("learning-rate", config.learningRate())
        + option("momentum", config.momentum())
        + option("weight-decay", config.weightDecay())
        + (config.nesterov() ? " --nesterov" : "")
        + option("schedule", config.schedule())
        + option("statistics", config.statistics())
        + option("patience", config.patience())
        + option("precision", config.precision())
        + option("augment", config.augment());
  }

  private static String distinct(List<TrainConfig> plan, Function<TrainConfig, Object> setting) {
    return plan.stream()
        .map(setting)
        .distinct()
        .map(Object::toString)
        .collect(Collectors.joining(","));
  }

  /** An option with its value, as it stands in a command. */
  static String option(String name, Object value) {
    return " --" + name + " " + quoted(value.toString());
  }

  /** As a POSIX shell reads it back. */
  static String quoted(String value) {
    return value.matches("[\\w./:,+-]+") ? value : "'" + value.replace("'", "'\\''") + "'";
  }
}
