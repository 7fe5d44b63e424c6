package org.lockstep.nn.layers;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_backward;
import org.bytedeco.dnnl.pooling_forward;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;

/** One number for each window and channel, by a pooling algorithm of oneDNN's. */
abstract class Pooling extends PlannedLayer {
  private static final long[] NONE = {0, 0};
  private final int algorithm;
  private final long[] kernel;
  private final long[] strides;

  Pooling(
      String name,
      Shape in,
      Shape out,
      int algorithm,
      long[] kernel,
      long[] strides,
      Precision precision) {
    super(name, in, out, precision);
    this.algorithm = algorithm;
    this.kernel = kernel;
    this.strides = strides;
  }

  @Override
  final Plan plan(long n, long[] xShape) {
    OneDnn dnn = dnn();
    memory.desc x = dnn.activations(n, inputShape());
    memory.desc y = dnn.activations(n, outputShape());
    var forward =
        new pooling_forward.primitive_desc(
            dnn.engine(),
            dnnl.dnnl_forward_training,
            algorithm,
            x,
            y,
            strides,
            kernel,
            NONE,
            NONE,
            NONE,
            dnn.attributes(),
            false);
    return new PoolingPlan(
        this,
        forward,
        () ->
            new pooling_backward.primitive_desc(
                dnn.engine(),
                algorithm,
                x,
                y,
                strides,
                kernel,
                NONE,
                NONE,
                NONE,
                forward,
                dnn.attributes(),
                false),
        xShape);
  }

  @Override
  final DoublePlan doublePlan(long[] xShape) {
    String op = algorithm == dnnl.dnnl_pooling_max ? "maxpool2d" : "avgpool2d";
    return new DoublePooling(this, xShape, op, kernel, strides);
  }
}
