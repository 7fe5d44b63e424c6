package org.lockstep.examples.dashboard;

import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.lockstep.examples.report.NormLabel;
import org.lockstep.examples.watch.EpochFigures;
import org.lockstep.examples.watch.RunEvent;

/** How far one run is. */
final class RunProgress {
  private final TreeMap<Integer, EpochFigures> epochs = new TreeMap<>();
  private RunEvent.Started start;
  private int stepInEpoch;
  private State state = State.RUNNING;

  enum State {
    RUNNING,
    FINISHED,
    FAILED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  RunProgress(RunEvent.Started start) {
    this.start = start;
    accept(start);
  }

  /** Goes on with what happened next. */
  void accept(RunEvent.OfRun event) {
    if (event instanceof RunEvent.Started again) {
      start = again;
      epochs.clear();
      again.epochsDone().forEach(figures -> epochs.put(figures.epoch(), figures));
      stepInEpoch = 0;
      state = State.RUNNING;
    } else if (event instanceof RunEvent.Stepped stepped) {
      stepInEpoch = stepped.step();
    } else if (event instanceof RunEvent.Measured measured) {
      epochs.put(measured.figures().epoch(), measured.figures());
      stepInEpoch = 0;
    } else {
      state = event instanceof RunEvent.Ended ? State.FINISHED : State.FAILED;
    }
  }

  RunEvent.Started start() {
    return start;
  }

  State state() {
    return state;
  }

  /** Those done, in order. */
  List<EpochFigures> epochs() {
    return List.copyOf(epochs.values());
  }

  @Nullable EpochFigures lastEpoch() {
    return epochs.isEmpty() ? null : epochs.lastEntry().getValue();
  }

  /** Steps done in the epoch under way. */
  int stepInEpoch() {
    return stepInEpoch;
  }

  /** 0 to 1. */
  double fractionDone() {
    return state == State.FINISHED
        ? 1
        : (epochs.size() + (double) stepInEpoch / start.stepsPerEpoch()) / start.epochs();
  }

  String norm() {
    return NormLabel.of(start.norm());
  }

  /** What it shares with the runs it is compared with. */
  String setting() {
    return "%s shards, %d %s per worker"
        .formatted(
            start.shards(),
            start.batchPerWorker(),
            start.batchPerWorker() == 1 ? "image" : "images");
  }
}
