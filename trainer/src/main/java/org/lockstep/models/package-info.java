/**
 * Which layers a network has. Enters: the name of a {@link org.lockstep.models.Model}, the shape of
 * an image, a norm and a seed; leaves: a {@link org.lockstep.models.Network} with its initial
 * weights. Start with {@link org.lockstep.models.Models}, which states the built-in ones.
 */
@NullMarked
package org.lockstep.models;

import org.jspecify.annotations.NullMarked;
