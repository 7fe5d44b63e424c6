package org.lockstep.examples.bench;

import java.util.List;
import org.lockstep.train.TrainConfig;

/** What {@code bench step --json} writes; other programs read it, so the names are fixed. */
public record StepFile(List<Result> results) {
  /** One measurement. */
  public record Result(
      String model,
      String norm,
      int workers,
      int batchPerWorker,
      String precision,
      double stepMillisP50,
      double stepMillisP99,
      double imagesPerSecond,
      double heapBytesPerStep,
      double offHeapBytesPerStep,
      double peakResidentMegabytes) {
    public static Result of(TrainConfig config, int workers, StepTimes times) {
      return new Result(
          config.model(),
          config.norm(),
          workers,
          config.batchPerWorker(),
          config.precision().toString(),
          times.stepMillisP50(),
          times.stepMillisP99(),
          times.imagesPerSecond(),
          times.heapBytesPerStep(),
          times.offHeapBytesPerStep(),
          times.peakResidentMegabytes());
    }
  }
}
