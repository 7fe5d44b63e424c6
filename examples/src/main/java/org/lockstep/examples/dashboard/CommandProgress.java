package org.lockstep.examples.dashboard;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lockstep.examples.watch.RunEvent;

/**
 * How far a command is, from its events.
 *
 * @param session null until it has begun
 * @param last what was heard last; null: nothing
 * @param failure why it failed; null while it has not
 * @param runs those that have begun, in that order
 */
record CommandProgress(
    RunEvent.@Nullable Session session,
    @Nullable RunEvent last,
    @Nullable String failure,
    List<RunProgress> runs) {
  static CommandProgress of(List<RunEvent> events) {
    RunEvent.Session session = null;
    String failure = null;
    Map<String, RunProgress> runs = new LinkedHashMap<>();
    for (RunEvent event : events) {
      if (event instanceof RunEvent.Session begun) {
        session = begun;
      } else if (event instanceof RunEvent.OfRun ofRun) {
        failure = event instanceof RunEvent.Failed failed ? failed.message() : null;
        add(runs, ofRun);
      }
    }
    RunEvent last = events.isEmpty() ? null : events.get(events.size() - 1);
    return new CommandProgress(session, last, failure, List.copyOf(runs.values()));
  }

  private static void add(Map<String, RunProgress> runs, RunEvent.OfRun event) {
    RunProgress run = runs.get(event.run());
    if (run != null) {
      run.accept(event);
    } else if (event instanceof RunEvent.Started started) {
      runs.put(event.run(), new RunProgress(started));
    }
  }

  /** How many runs there will be. */
  int planned() {
    return Math.max(runs.size(), session == null ? 0 : session.runs());
  }

  boolean finished() {
    return !runs.isEmpty()
        && runs.size() == planned()
        && runs.stream().allMatch(run -> run.state() == RunProgress.State.FINISHED);
  }

  /** The settings in the order they began. */
  List<String> settings() {
    return runs.stream().map(RunProgress::setting).distinct().toList();
  }

  /** The runs of one setting, one a norm. */
  List<RunProgress> runsOf(String setting) {
    return runs.stream().filter(run -> run.setting().equals(setting)).toList();
  }

  /** The norms in the order they began; a norm's position is its style. */
  List<String> norms() {
    return runs.stream().map(RunProgress::norm).distinct().toList();
  }

  /** The one that began last. */
  RunProgress current() {
    return runs.get(runs.size() - 1);
  }
}
