package org.lockstep.nn.layers;

import java.util.function.Supplier;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_desc;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The passes of a pooling layer at one batch size. */
final class PoolingPlan implements Plan {
  private final PlannedLayer layer;
  private final OneDnn dnn;
  private final Supplier<? extends primitive_desc> backwardDesc;
  private final long[] xShape;
  private final Binding x;
  private final INDArray y;
  private final @Nullable memory workspace;
  private final Primitive forward;
  private @Nullable Backward backward;

  /**
   * @param forwardDesc of the forward pass in training, whose source and destination layouts are
   *     those of the arrays
   * @param backwardDesc of the backward pass
   */
  PoolingPlan(
      PlannedLayer layer,
      primitive_desc forwardDesc,
      Supplier<? extends primitive_desc> backwardDesc,
      long[] xShape) {
    this.layer = layer;
    dnn = layer.dnn();
    this.backwardDesc = backwardDesc;
    this.xShape = xShape;
    x = new Binding(dnn, dnn.keep(forwardDesc.src_desc()));
    y = layer.array(layer.yShape(xShape));
    memory.desc workspaceDesc = dnn.keep(forwardDesc.workspace_desc());
    workspace = workspaceDesc.get_size() > 0 ? dnn.memory(workspaceDesc) : null;
    forward =
        withWorkspace(dnn.primitive(forwardDesc))
            .with(x.memory(), dnnl.DNNL_ARG_SRC)
            .with(dnn.memory(dnn.keep(forwardDesc.dst_desc()), y), dnnl.DNNL_ARG_DST);
  }

  @Override
  public INDArray forward(INDArray x) {
    this.x.bind(x);
    forward.run();
    return y;
  }

  @Override
  public INDArray backward(INDArray dy) {
    if (backward == null) {
      backward = new Backward();
    }
    return backward.run(dy);
  }

  private Primitive withWorkspace(Primitive primitive) {
    return workspace == null ? primitive : primitive.with(workspace, dnnl.DNNL_ARG_WORKSPACE);
  }

  private final class Backward {
    private final Binding dy;
    private final INDArray dx = layer.array(xShape);
    private final Primitive primitive;

    Backward() {
      primitive_desc desc = backwardDesc.get();
      dy = new Binding(dnn, dnn.keep(desc.diff_dst_desc()));
      primitive =
          withWorkspace(dnn.primitive(desc))
              .with(dy.memory(), dnnl.DNNL_ARG_DIFF_DST)
              .with(dnn.memory(dnn.keep(desc.diff_src_desc()), dx), dnnl.DNNL_ARG_DIFF_SRC);
    }

    INDArray run(INDArray gradient) {
      dy.bind(gradient);
      primitive.run();
      return dx;
    }
  }
}
