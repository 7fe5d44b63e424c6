package org.lockstep.nn.layers;

import java.util.Arrays;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_desc;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.Parameter;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The passes of a layer with weights at one batch size. */
final class WeightedPlan implements Plan {
  /** Axes of a batch of images. */
  private static final int IMAGES = 4;

  private final WeightedLayer layer;
  private final OneDnn dnn;
  private final WeightedLayer.Descriptors descriptors;
  private final long[] xShape;
  private final Binding x;
  private final INDArray y;
  private final Layouts.Copy weights;
  private final Primitive forward;
  private @Nullable Backward backward;

  WeightedPlan(
      WeightedLayer layer, WeightedLayer.Descriptors descriptors, long[] xShape, INDArray y) {
    this.layer = layer;
    this.dnn = layer.dnn();
    this.descriptors = descriptors;
    this.xShape = xShape;
    this.y = y;
    primitive_desc desc = descriptors.forward();
    x = new Binding(dnn, dnn.keep(desc.src_desc()));
    weights = layer.weights().in(dnn.keep(desc.weights_desc()));
    forward =
        dnn.primitive(desc)
            .with(x.memory(), dnnl.DNNL_ARG_SRC)
            .with(weights.memory(), dnnl.DNNL_ARG_WEIGHTS)
            .with(dnn.memory(dnn.keep(desc.dst_desc()), y), dnnl.DNNL_ARG_DST);
    Parameter bias = layer.bias();
    if (bias != null) {
      forward.with(dnn.memory(layer.biasDesc(), bias.value()), dnnl.DNNL_ARG_BIAS);
    }
  }

  @Override
  public INDArray forward(INDArray x) {
    this.x.bind(x);
    weights.load();
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

  /** dy to the gradients of weights and bias, and to dx where that is wanted. */
  private final class Backward {
    private final Binding dy;
    private final Layouts.Copy weightGradients;
    private final Primitive toParameters;
    private final @Nullable InputGradient toInput;
    private final INDArray dx;

    Backward() {
      primitive_desc desc = descriptors.backwardWeights();
      dy = new Binding(dnn, dnn.keep(desc.diff_dst_desc()));
      weightGradients = layer.weightGradients().in(dnn.keep(desc.diff_weights_desc()));
      toParameters =
          dnn.primitive(desc)
              .with(x.memory(), dnnl.DNNL_ARG_SRC)
              .with(dy.memory(), dnnl.DNNL_ARG_DIFF_DST)
              .with(weightGradients.memory(), dnnl.DNNL_ARG_DIFF_WEIGHTS);
      Parameter bias = layer.bias();
      if (bias != null) {
        memory gradient = dnn.memory(layer.biasDesc(), bias.gradient());
        toParameters.with(gradient, dnnl.DNNL_ARG_DIFF_BIAS);
      }
      dx = newInputGradient();
      toInput = layer.inputGradient() ? new InputGradient(dy, dx) : null;
    }

    /**
     * Those behind this layer are done with the images of y, so that dx may take their place where
     * it has their shape: half the memory, and still in the cache. Logits are read after the pass.
     */
    private INDArray newInputGradient() {
      if (!layer.inputGradient()) {
        return layer.array(WeightedLayer.withoutSamples(xShape));
      }
      boolean fits = y.rank() == IMAGES && Arrays.equals(xShape, y.shape());
      return fits ? y : layer.array(xShape);
    }

    INDArray run(INDArray gradient) {
      dy.bind(gradient);
      toParameters.run();
      weightGradients.store();
      if (toInput != null) {
        toInput.run();
      }
      return dx;
    }
  }

  private final class InputGradient {
    private final Layouts.Copy ownWeights;
    private final Primitive primitive;

    InputGradient(Binding dy, INDArray dx) {
      primitive_desc desc = descriptors.backwardData();
      ownWeights = layer.weights().in(dnn.keep(desc.weights_desc()));
      primitive =
          dnn.primitive(desc)
              .with(dy.memory(), dnnl.DNNL_ARG_DIFF_DST)
              .with(ownWeights.memory(), dnnl.DNNL_ARG_WEIGHTS)
              .with(dnn.memory(dnn.keep(desc.diff_src_desc()), dx), dnnl.DNNL_ARG_DIFF_SRC);
    }

    void run() {
      if (ownWeights != weights) {
        ownWeights.load();
      }
      primitive.run();
    }
  }
}
