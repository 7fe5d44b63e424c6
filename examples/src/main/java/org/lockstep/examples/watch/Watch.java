package org.lockstep.examples.watch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.TrainListener;

/**
 * Writes down how the runs of one command go on, while they do. No run fails for it: what cannot be
 * written is told once, and then left out.
 *
 * <p>Thread rule: one thread.
 */
public final class Watch implements AutoCloseable {
  private final List<EventSink> sinks = new ArrayList<>();
  private final Consumer<String> warnings;

  /**
   * Begins {@code progress.jsonl}.
   *
   * @param directory holds it
   * @param tensorBoard takes a directory with an event file for every run; null: there are none
   * @param warnings takes a sentence about what cannot be written
   */
  public Watch(Path directory, @Nullable Path tensorBoard, Consumer<String> warnings) {
    this.warnings = warnings;
    try {
      sinks.add(new ProgressFile(directory));
    } catch (IOException e) {
      warn(e);
    }
    if (tensorBoard != null) {
      sinks.add(new TensorBoardFiles(tensorBoard));
    }
  }

  /**
   * The command begins.
   *
   * @param command repeats all runs when typed in a shell
   * @param runs how many there will be
   */
  public void begin(String title, String command, int runs) {
    tell(new RunEvent.Session(System.currentTimeMillis(), title, command, runs));
  }

  /** Hears how a run goes on. */
  public TrainListener of(TrainConfig config) {
    return new RunListener(config, this::tell);
  }

  /** The run has failed. */
  public void failed(TrainConfig config, String message) {
    tell(new RunEvent.Failed(RunName.of(config), System.currentTimeMillis(), message));
  }

  private void tell(RunEvent event) {
    for (EventSink sink : List.copyOf(sinks)) {
      try {
        sink.accept(event);
      } catch (IOException e) {
        warn(e);
        sinks.remove(sink);
        close(sink);
      }
    }
  }

  @Override
  public void close() {
    sinks.forEach(this::close);
  }

  private void close(EventSink sink) {
    try {
      sink.close();
    } catch (IOException e) {
      warn(e);
    }
  }

  private void warn(IOException e) {
    warnings.accept(
        "cannot write down how the runs go on (%s: %s); they do without it"
            .formatted(e.getClass().getSimpleName(), e.getMessage()));
  }
}
