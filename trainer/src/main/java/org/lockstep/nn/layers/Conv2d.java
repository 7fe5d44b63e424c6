package org.lockstep.nn.layers;

import java.util.Set;
import java.util.function.Supplier;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_desc;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;

/**
 * Two-dimensional cross-correlation with square kernels, zeros around the image: {@code [N, H, W,
 * C]} to {@code [N, H', W', outChannels]}. Parameters: {@code weight} {@code [outChannels, C,
 * kernel, kernel]} and {@code bias} {@code [outChannels]}, zero until somebody fills them.
 */
public final class Conv2d extends WeightedLayer {
  /** What oneDNN calls its direct kernels, in float32 and in bf16. */
  private static final Set<String> DIRECT = Set.of("jit:avx512_core", "jit_bf16:avx512_core_bf16");

  /** Floats of an AVX-512 vector. */
  private static final int NARROW = 16;

  private final long[] strides;
  private final long[] pads;

  /**
   * @param name of the layer; its parameters are {@code name.weight} and {@code name.bias}
   * @param in shape of one input image
   * @param outChannels number of kernels
   * @param kernel rows and columns of a kernel
   * @param stride rows or columns from one window to the next
   * @param pad rows and columns of zeros on each side
   * @param bias whether each output channel has a bias
   * @param inputGradient false where nobody needs the gradient of the input (the first layer): the
   *     backward pass then returns an empty array {@code [0, H, W, C]}
   * @throws IllegalArgumentException if the kernel is larger than the padded image
   */
  public Conv2d(
      String name,
      Shape in,
      int outChannels,
      int kernel,
      int stride,
      int pad,
      boolean bias,
      boolean inputGradient,
      Precision precision) {
    this(name, in, outChannels, kernel, stride, pad, bias, false, inputGradient, precision);
  }

  /**
   * The same, with weights that may be standardized on their way into the computation.
   *
   * @param standardized whether each kernel is brought to mean 0 and variance 1 in every pass; see
   *     {@link WeightStandardization}
   * @throws IllegalArgumentException also if a kernel of one weight is to be standardized
   */
  public Conv2d(
      String name,
      Shape in,
      int outChannels,
      int kernel,
      int stride,
      int pad,
      boolean bias,
      boolean standardized,
      boolean inputGradient,
      Precision precision) {
    super(
        name,
        in,
        new Windows(kernel, stride, pad).over(in, outChannels, name, "kernel"),
        new long[] {outChannels, in.channels(), kernel, kernel},
        new long[] {outChannels, in.channels(), kernel, kernel},
        bias,
        standardized,
        inputGradient,
        precision);
    strides = new long[] {stride, stride};
    pads = new long[] {pad, pad};
  }

  @Override
  Descriptors descriptors(long n) {
    return new Convolution(n);
  }

  @Override
  Plan doublePlan(long[] xShape) {
    return ofWeights(new DoubleConvolution(this, (int) strides[0], (int) pads[0], xShape));
  }

  /**
   * The implementation to take: where oneDNN offers its direct AVX-512 kernel beside one that calls
   * small matrix products and comes first in its list, the direct one. Measured at 2 and at 32
   * images in float32 it is 1.05 to 2.5 times as fast for 3x3 kernels forward and 1.1 to 2 times
   * backward, most with a stride, and its weights take half the time to reorder; at 32 images in
   * bf16 1 to 1.3 times forward and 1 to 2.3 times backward. Where there are units for matrix
   * products (AMX) they come first, and are several times as fast as either.
   */
  private static <D extends primitive_desc> D preferred(Supplier<D> make) {
    D desc = make.get();
    boolean matrixUnits = name(desc).contains("amx");
    do {
      if (matrixUnits || DIRECT.contains(name(desc))) {
        return desc;
      }
    } while (desc.next_impl());
    desc.close();
    return make.get();
  }

  private static String name(primitive_desc desc) {
    return desc.impl_info_str().getString();
  }

  /**
   * Whether the direct kernel has but one vector of channels on either side, which leaves it short
   * of independent sums: forward it then takes 1.2 times as long as matrix products.
   */
  private boolean isNarrow() {
    return inputShape().channels() == NARROW && outputShape().channels() == NARROW;
  }

  private final class Convolution implements Descriptors {
    private final OneDnn dnn = dnn();
    private final memory.desc x;
    private final memory.desc y;
    private final memory.desc weights = dnn.weights(weightDims);
    private final memory.desc weightGradients = dnn.weightGradients(weightDims);
    private final convolution_forward.primitive_desc forward;

    Convolution(long n) {
      x = dnn.activations(n, inputShape());
      y = dnn.activations(n, outputShape());
      forward = isNarrow() ? newForward() : preferred(this::newForward);
    }

    @Override
    public primitive_desc forward() {
      return forward;
    }

    @Override
    public primitive_desc backwardWeights() {
      return preferred(this::newBackwardWeights);
    }

    @Override
    public primitive_desc backwardData() {
      return preferred(this::newBackwardData);
    }

    private convolution_forward.primitive_desc newForward() {
      return new convolution_forward.primitive_desc(
          dnn.engine(),
          dnnl.dnnl_forward_training,
          dnnl.dnnl_convolution_direct,
          x,
          weights,
          biasDesc(),
          y,
          strides,
          pads,
          pads,
          dnn.attributes(),
          false);
    }

    private convolution_backward_weights.primitive_desc newBackwardWeights() {
      return new convolution_backward_weights.primitive_desc(
          dnn.engine(),
          dnnl.dnnl_convolution_direct,
          x,
          weightGradients,
          biasDesc(),
          y,
          strides,
          pads,
          pads,
          forward,
          dnn.attributes(),
          false);
    }

    private convolution_backward_data.primitive_desc newBackwardData() {
      return new convolution_backward_data.primitive_desc(
          dnn.engine(),
          dnnl.dnnl_convolution_direct,
          x,
          weights,
          y,
          strides,
          pads,
          pads,
          forward,
          dnn.attributes(),
          false);
    }
  }
}
