/**
 * Looks into networks while they train, with and without batch norm, and changes nothing about
 * their training. Enters: a {@link org.lockstep.examples.probe.ProbeSetup} and a data set; leaves:
 * figures, as a page and as lines of text. Start with {@link
 * org.lockstep.examples.probe.LandscapeProbe}.
 */
@NullMarked
package org.lockstep.examples.probe;

import org.jspecify.annotations.NullMarked;
