package org.lockstep.nn.layers;

import org.lockstep.nn.Elements;
import org.nd4j.linalg.api.ndarray.INDArray;

/** max(x, 0) in float64; plain loops, which keep NaN as those in float32 do. */
final class DoubleRelu extends DoublePlan {
  DoubleRelu(Relu layer, long[] xShape) {
    super(layer, xShape);
  }

  @Override
  void forward(INDArray x, INDArray y) {
    double[] values = Elements.of(x).toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.max(values[i], 0);
    }
    Elements.of(y).put(0, values, values.length);
  }

  @Override
  void backward(INDArray x, INDArray dy, INDArray dx) {
    double[] values = Elements.of(x).toArray();
    double[] gradients = Elements.of(dy).toArray();
    for (int i = 0; i < values.length; i++) {
      gradients[i] *= Math.signum(Math.max(values[i], 0));
    }
    Elements.of(dx).put(0, gradients, gradients.length);
  }
}
