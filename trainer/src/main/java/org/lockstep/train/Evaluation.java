package org.lockstep.train;

/**
 * How well a network does on a set of images, over all ranks.
 *
 * @param loss mean cross-entropy
 * @param accuracy fraction classified correctly
 * @param images how many there were
 */
public record Evaluation(double loss, double accuracy, int images) {}
