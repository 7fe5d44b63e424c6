package org.lockstep.train;

import java.util.List;
import org.lockstep.data.BatchSizes;
import org.lockstep.models.Models;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormSpec;

/**
 * Finds out before a run starts whether batch norm would be left with one image in a step where a
 * norm layer has one value per channel and image. The variance of one value says nothing, so the
 * layer would refuse it in the middle of the run.
 */
public final class LoneImages {
  private LoneImages() {}

  /**
   * Goes through the steps of an epoch; they take as many images in every other.
   *
   * @param shape of an image
   * @param sizes of the ranks' batches
   * @throws IllegalArgumentException for the first step that ranks which share statistics take with
   *     one image between them, if the model has such a layer
   */
  public static void check(
      TrainConfig config, Shape shape, int classes, BatchSizes sizes, int worldSize) {
    check(config.model(), NormSpec.parse(config.norm()), shape, classes, sizes, worldSize);
  }

  /** The same of a model and a norm. */
  public static void check(
      String model, NormSpec norm, Shape shape, int classes, BatchSizes sizes, int worldSize) {
    int group = ranksThatShareStatistics(norm, worldSize);
    if (group == 0) {
      return;
    }
    List<String> layers = Models.normsOfVectors(model, shape, classes, norm);
    for (int step = 0; step < sizes.stepsPerEpoch() && !layers.isEmpty(); step++) {
      for (int first = 0; first < worldSize; first += group) {
        if (images(sizes, step, first, group) == 1) {
          throw new IllegalArgumentException(
              "norm %s with model %s: in step %d of an epoch %s would have 1 image and so %s one value per channel, whose variance says nothing; take another batch, limit or norm"
                  .formatted(norm, model, step + 1, ranks(first, group, worldSize), layers.get(0)));
        }
      }
    }
  }

  /** 0 where no statistics are over a batch. */
  private static int ranksThatShareStatistics(NormSpec norm, int worldSize) {
    return switch (norm.kind()) {
      case LOCAL -> 1;
      case SYNC -> norm.size() == 0 ? worldSize : norm.size();
      case NONE, GROUP, LAYER, INSTANCE, FRN, EVONORM -> 0;
      case RENORM -> worldSize;
    };
  }

  private static int images(BatchSizes sizes, int step, int first, int count) {
    int images = 0;
    for (int rank = first; rank < first + count; rank++) {
      images += sizes.size(step, rank);
    }
    return images;
  }

  private static String ranks(int first, int count, int worldSize) {
    return count == 1
        ? "rank " + first + " of " + worldSize
        : "ranks " + first + " to " + (first + count - 1) + " of " + worldSize + " together";
  }
}
