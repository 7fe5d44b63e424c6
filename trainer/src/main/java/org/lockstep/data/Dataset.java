package org.lockstep.data;

import org.lockstep.nn.Shape;

/**
 * A training set and a test set.
 *
 * @param name as given to {@link Datasets#load}
 * @param shape of one image, in both sets
 * @param classes labels are 0 to {@code classes - 1}, in both sets
 * @param train at least one image
 * @param test at least one image
 */
public record Dataset(String name, Shape shape, int classes, Images train, Images test) {
  public Dataset {
    check(name, "training", shape, classes, train);
    check(name, "test", shape, classes, test);
  }

  private static void check(String name, String set, Shape shape, int classes, Images images) {
    if (images.size() == 0 || !images.shape().equals(shape)) {
      throw new IllegalArgumentException(
          "%s: expected at least one %s image of %s, found %d of %s"
              .formatted(name, set, shape, images.size(), images.shape()));
    }
    for (int i = 0; i < images.size(); i++) {
      if (images.label(i) >= classes) {
        throw new IllegalArgumentException(
            "%s: expected labels 0 to %d, found %d at %s image %d"
                .formatted(name, classes - 1, images.label(i), set, i));
      }
    }
  }

  /**
   * The first {@code limit} training images and the same part of the test images, rounded down but
   * at least one; everything when {@code limit} is 0 or no less than there are.
   */
  Dataset limited(int limit) {
    if (limit == 0 || limit >= train.size()) {
      return this;
    }
    int tests = testsKept(test.size(), train.size(), limit);
    return new Dataset(name, shape, classes, train.first(limit), test.first(tests));
  }

  /** How many of the test images go with the first {@code limit} of {@code train} images. */
  static int testsKept(int tests, int train, int limit) {
    return (int) Math.max(1, (long) tests * limit / train);
  }
}
