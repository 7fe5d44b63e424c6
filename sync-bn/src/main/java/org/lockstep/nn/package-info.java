/**
 * What a layer is. Activations enter and leave as {@code INDArray}s of one {@link
 * org.lockstep.nn.Precision} in C order, channels last: {@code [N, H, W, C]} or {@code [N, C]}; N
 * may be 0. Start with {@link org.lockstep.nn.Layer}.
 */
@NullMarked
package org.lockstep.nn;

import org.jspecify.annotations.NullMarked;
