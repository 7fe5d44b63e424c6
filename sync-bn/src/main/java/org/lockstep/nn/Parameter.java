package org.lockstep.nn;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A trainable tensor and its gradient. The layer owns both arrays, writes {@link #gradient} in its
 * backward pass, and reads {@link #value} in the next forward pass.
 *
 * @param name unique in the network, for example {@code conv1.weight}
 * @param value C order
 * @param gradient same shape; of the loss over the global batch, this rank's share of it
 * @param gradientIsGlobal true if the layer's own collective already summed the gradient over all
 *     ranks, so that it must not be summed again
 */
public record Parameter(String name, INDArray value, INDArray gradient, boolean gradientIsGlobal) {}
