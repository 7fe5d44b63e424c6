package org.lockstep.data;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lockstep.nn.Shape;

/**
 * How training images are varied, as for CIFAR-10 by He et al. 2016, 4.2.
 *
 * @param flip mirrors half of the images, left for right
 * @param crop pads with this many zeros on all sides and cuts an image of the old size out of that;
 *     0: does not. Zero is a channel's mean once images are standardized
 */
public record Augmentation(boolean flip, int crop) {
  public Augmentation {
    if (crop < 0) {
      throw new IllegalArgumentException("augment: expected a crop of 0 or more, found " + crop);
    }
  }

  /** Images are taken as they are. */
  public static final Augmentation NONE = new Augmentation(false, 0);

  private static final Pattern SYNTAX =
      Pattern.compile("none|(flip)(?:,crop:(\\d{1,4}))?|crop:(\\d{1,4})");

  /**
   * Reads {@code none}, {@code flip}, {@code crop:4} or {@code flip,crop:4}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Augmentation parse(String text) {
    Matcher match = SYNTAX.matcher(text);
    if (!match.matches()) {
      throw new IllegalArgumentException(
          "augment: expected none, flip, crop:PIXELS or flip,crop:PIXELS, found '" + text + "'");
    }
    String pixels = match.group(2) == null ? match.group(3) : match.group(2);
    Augmentation read =
        new Augmentation(match.group(1) != null, pixels == null ? 0 : Integer.parseInt(pixels));
    if (pixels != null && read.crop == 0) {
      throw new IllegalArgumentException("augment: expected a crop of 1 or more, found " + text);
    }
    return read;
  }

  /**
   * Checks that something is left of each image.
   *
   * @throws IllegalArgumentException if a crop may leave none of it
   */
  public void check(Shape shape) {
    if (crop >= Math.min(shape.height(), shape.width())) {
      throw new IllegalArgumentException(
          "augment: expected a crop below the size of the images, %s, found %d"
              .formatted(shape, crop));
    }
  }

  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    if (flip) {
      parts.add("flip");
    }
    if (crop > 0) {
      parts.add("crop:" + crop);
    }
    return parts.isEmpty() ? "none" : String.join(",", parts);
  }
}
