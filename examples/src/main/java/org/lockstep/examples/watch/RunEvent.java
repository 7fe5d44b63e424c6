package org.lockstep.examples.watch;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/**
 * One thing that happened in a training command: a line of {@code progress.jsonl}, with its kind as
 * {@code event}. Times are milliseconds since 1970. A run is named by what tells it from the others
 * of its command, see {@link RunName}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
  @JsonSubTypes.Type(value = RunEvent.Session.class, name = "session"),
  @JsonSubTypes.Type(value = RunEvent.Started.class, name = "started"),
  @JsonSubTypes.Type(value = RunEvent.Stepped.class, name = "stepped"),
  @JsonSubTypes.Type(value = RunEvent.Measured.class, name = "measured"),
  @JsonSubTypes.Type(value = RunEvent.Ended.class, name = "ended"),
  @JsonSubTypes.Type(value = RunEvent.Failed.class, name = "failed")
})
public sealed interface RunEvent {
  long time();

  /**
   * The command begins.
   *
   * @param command repeats all runs when typed in a shell
   * @param runs how many there will be
   */
  record Session(long time, String title, String command, int runs) implements RunEvent {}

  /** What tells of one run. */
  sealed interface OfRun extends RunEvent {
    String run();
  }

  /**
   * A run begins, or goes on from a checkpoint: what was heard of it before counts no more.
   *
   * @param step updates done before
   * @param epochsDone what they have yielded
   */
  record Started(
      String run,
      long time,
      String model,
      String data,
      String norm,
      String shards,
      int batchPerWorker,
      int workers,
      int epochs,
      long seed,
      String statistics,
      int stepsPerEpoch,
      long step,
      List<EpochFigures> epochsDone)
      implements OfRun {
    public Started {
      epochsDone = List.copyOf(epochsDone);
    }
  }

  /**
   * Steps of an epoch are done; told about every five seconds.
   *
   * @param epoch counted from 1
   * @param step counted from 1 in the epoch
   */
  record Stepped(String run, long time, int epoch, int step) implements OfRun {}

  /**
   * An epoch is done.
   *
   * @param step updates done since the start of the run
   */
  record Measured(String run, long time, long step, EpochFigures figures) implements OfRun {}

  /** A run has come to its end. */
  record Ended(String run, long time) implements OfRun {}

  /**
   * A run has failed, and the command with it.
   *
   * @param message the sentence that the command prints
   */
  record Failed(String run, long time, String message) implements OfRun {}
}
