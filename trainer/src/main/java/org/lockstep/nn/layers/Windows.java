package org.lockstep.nn.layers;

import org.lockstep.nn.Shape;

/**
 * Square windows that slide over an image.
 *
 * @param size rows and columns of a window
 * @param stride rows or columns from one window to the next
 * @param pad rows and columns of zeros around the image
 */
public record Windows(int size, int stride, int pad) {
  public Windows {
    if (size < 1 || stride < 1 || pad < 0) {
      throw new IllegalArgumentException(
          "expected a size and a stride of at least 1 and no negative padding, found size "
              + size
              + ", stride "
              + stride
              + ", padding "
              + pad);
    }
  }

  /**
   * The shape that windows over {@code in} leave: one value a window that lies inside the padded
   * image, {@code floor((in + 2 pad - size) / stride) + 1} each way.
   *
   * @param layer name of the layer, for the message
   * @param what what the window is there, for the message
   * @throws IllegalArgumentException if not one window fits
   */
  public Shape over(Shape in, int channels, String layer, String what) {
    if (size > Math.min(in.height(), in.width()) + 2 * pad) {
      throw new IllegalArgumentException(
          layer
              + ": "
              + what
              + " "
              + size
              + "x"
              + size
              + " does not fit its input "
              + in
              + " with padding "
              + pad
              + "; choose a larger image or another model");
    }
    return new Shape(count(in.height()), count(in.width()), channels);
  }

  private int count(int length) {
    return (length + 2 * pad - size) / stride + 1;
  }
}
