/**
 * From logits and labels to a loss and its gradient. Enters: this rank's logits and the number of
 * samples of the global batch; leaves: this rank's share of the mean loss. Start with {@link
 * org.lockstep.nn.loss.SoftmaxCrossEntropy}.
 */
@NullMarked
package org.lockstep.nn.loss;

import org.jspecify.annotations.NullMarked;
