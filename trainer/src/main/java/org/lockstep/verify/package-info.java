/**
 * Checks against figures that PyTorch computed in float64. Enters: the folder of a case and a
 * {@link org.lockstep.comm.Communicator}; leaves: the largest error of every quantity, and whether
 * all are within the case's tolerances. Start with {@link org.lockstep.verify.CaseFolders}, then
 * {@link org.lockstep.verify.GoldenCase}.
 */
@NullMarked
package org.lockstep.verify;

import org.jspecify.annotations.NullMarked;
