package org.lockstep.spark;

import java.io.Serializable;

/**
 * A labelled sample.
 *
 * @param values row by row, channels last: {@code [H, W, C]}
 * @param label its class, from 0
 */
public record Sample(float[] values, int label) implements Serializable {}
