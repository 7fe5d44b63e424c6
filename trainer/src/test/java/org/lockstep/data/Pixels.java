package org.lockstep.data;

/** The bytes of images, for tests elsewhere. */
public final class Pixels {
  private Pixels() {}

  /** The value of image {@code n} at a place, as {@code [N, H, W, C]} in C order; unsigned. */
  public static int at(Images images, int index) {
    return Byte.toUnsignedInt(images.pixels()[index]);
  }
}
