package org.lockstep.nn.layers;

import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.lockstep.nn.Shape;

/** y = max(x, 0); the gradient at 0 is 0. */
public final class Relu extends OneDnnLayer {
  public Relu(String name, Shape in) {
    super(name, in, in);
  }

  @Override
  long[] yShape(long[] xShape) {
    return xShape;
  }

  @Override
  Plan plan(long n, long[] xShape) {
    memory.desc desc = dnn.activations(n, inputShape());
    var forward =
        new eltwise_forward.primitive_desc(
            dnn.engine(),
            dnnl.dnnl_forward_training,
            dnnl.dnnl_eltwise_relu_use_dst_for_bwd,
            desc,
            desc,
            0f,
            dnn.attributes(),
            false);
    return new UnaryPlan(
        dnn,
        forward,
        () ->
            new eltwise_backward.primitive_desc(
                dnn.engine(),
                dnnl.dnnl_eltwise_relu_use_dst_for_bwd,
                desc,
                desc,
                desc,
                0f,
                forward,
                dnn.attributes(),
                false),
        xShape,
        yShape(xShape));
  }
}
