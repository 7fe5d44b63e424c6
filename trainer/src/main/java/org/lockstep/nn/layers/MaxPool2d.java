package org.lockstep.nn.layers;

import org.bytedeco.dnnl.global.dnnl;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;

/**
 * The largest value of each window and channel; the first of equal ones gets the gradient. Rows and
 * columns that fill no window are left out. Where a window holds NaN beside numbers the largest
 * number counts; where it holds nothing else the result is the lowest float, which no loss
 * survives.
 */
public final class MaxPool2d extends Pooling {
  /**
   * @param size rows and columns of a window, and the stride
   * @throws IllegalArgumentException if the window is larger than the input
   */
  public MaxPool2d(String name, Shape in, int size, Precision precision) {
    super(
        name,
        in,
        new Windows(size, size, 0).over(in, in.channels(), name, "window"),
        dnnl.dnnl_pooling_max,
        new long[] {size, size},
        new long[] {size, size},
        precision);
  }
}
