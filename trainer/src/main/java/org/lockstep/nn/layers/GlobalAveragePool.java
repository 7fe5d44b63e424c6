package org.lockstep.nn.layers;

import org.bytedeco.dnnl.global.dnnl;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;

/** The mean of each channel over an image: {@code [N, H, W, C]} to {@code [N, C]}. */
public final class GlobalAveragePool extends Pooling {
  public GlobalAveragePool(String name, Shape in, Precision precision) {
    super(
        name,
        in,
        Shape.features(in.channels()),
        dnnl.dnnl_pooling_avg_exclude_padding,
        new long[] {in.height(), in.width()},
        new long[] {1, 1},
        precision);
  }

  @Override
  long[] yShape(long[] xShape) {
    return new long[] {xShape[0], inputShape().channels()};
  }
}
