/**
 * The layers that are no norms, built on oneDNN. Enters and leaves: float32 activations, channels
 * last, as {@link org.lockstep.nn.Layer} says; parameters in PyTorch's plain layouts. Start with
 * {@link org.lockstep.nn.layers.Conv2d}; {@code PlannedLayer} keeps one {@code Plan} (primitives
 * and buffers) per batch size, {@code OneDnn} owns everything native. The only package that imports
 * oneDNN.
 */
@NullMarked
package org.lockstep.nn.layers;

import org.jspecify.annotations.NullMarked;
