package org.lockstep.examples.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An {@link EventFile} a run, each in a directory with the run's name. */
final class TensorBoardFiles implements EventSink {
  private final Path directory;
  private final Map<String, EventFile> files = new HashMap<>();

  TensorBoardFiles(Path directory) {
    this.directory = directory;
  }

  @Override
  public void accept(RunEvent event) throws IOException {
    if (event instanceof RunEvent.Started started) {
      file(started).restart(started.time(), started.step() + 1);
    } else if (event instanceof RunEvent.Measured measured) {
      EventFile file = files.get(measured.run());
      if (file != null) {
        file.scalars(measured.time(), measured.step(), scalars(measured.figures()));
      }
    }
  }

  /** The run's; one that goes on with other workers goes on in its file. */
  private EventFile file(RunEvent.Started started) throws IOException {
    EventFile open = files.get(started.run());
    if (open != null) {
      return open;
    }
    Path place = Files.createDirectories(directory.resolve(started.run()));
    String name =
        String.format( // TensorBoard reads them in the order of their names.
            Locale.ROOT,
            "events.out.tfevents.%013d.lockstep.%d",
            started.time(),
            ProcessHandle.current().pid());
    EventFile file = new EventFile(place.resolve(name), started.time());
    files.put(started.run(), file);
    return file;
  }

  private static Map<String, Double> scalars(EpochFigures figures) {
    Map<String, Double> scalars = new LinkedHashMap<>();
    scalars.put("loss/train", EpochFigures.number(figures.trainLoss()));
    scalars.put("loss/test", EpochFigures.number(figures.testLoss()));
    scalars.put("accuracy/test", EpochFigures.number(figures.testAccuracy()));
    if (figures.testAccuracyPrecise() != null) {
      scalars.put("accuracy/test_population", figures.testAccuracyPrecise());
    }
    scalars.put("images_per_second", figures.imagesPerSecond());
    scalars.put("learning_rate", figures.learningRate());
    List<Double> waited = figures.waitedSeconds();
    for (int rank = 0; rank < waited.size(); rank++) {
      scalars.put("waited_seconds/rank_" + rank, waited.get(rank));
    }
    for (EpochFigures.Drift drift : figures.drift()) {
      scalars.put("drift_of_mean/" + drift.layer(), EpochFigures.number(drift.meanShift()));
      scalars.put("drift_of_deviation/" + drift.layer(), EpochFigures.number(drift.scaleShift()));
    }
    return scalars;
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (EventFile file : files.values()) {
      try {
        file.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
