/**
 * The layers that are no norms, built on oneDNN in float32 and on ND4J's own operations in float64.
 * Enters and leaves: activations, channels last, as {@link org.lockstep.nn.Layer} says; parameters
 * in PyTorch's plain layouts. Start with {@link org.lockstep.nn.layers.Conv2d}; {@code
 * PlannedLayer} keeps one {@code Plan} (primitives and buffers) per batch size, a {@code
 * DoublePlan} in float64; {@code OneDnn} owns everything native. The only package that imports
 * oneDNN.
 */
@NullMarked
package org.lockstep.nn.layers;

import org.jspecify.annotations.NullMarked;
