package org.lockstep.nn;

import java.io.Serializable;

/**
 * The shape of one sample: {@code [H, W, C]}, or {@code [1, 1, C]} for a vector of C features.
 *
 * @param height H, at least 1
 * @param width W, at least 1
 * @param channels C, at least 1
 */
public record Shape(int height, int width, int channels) implements Serializable {
  public Shape {
    if (height < 1 || width < 1 || channels < 1) {
      throw new IllegalArgumentException(
          "expected a shape of at least 1 x 1 x 1 (height x width x channels), found "
              + height
              + " x "
              + width
              + " x "
              + channels);
    }
  }

  public static Shape features(int count) {
    return new Shape(1, 1, count);
  }

  /** Values in one sample. */
  public int size() {
    return height * width * channels;
  }

  @Override
  public String toString() {
    return height + "x" + width + "x" + channels;
  }
}
