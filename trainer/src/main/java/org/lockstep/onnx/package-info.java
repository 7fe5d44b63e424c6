/**
 * Networks in the format of ONNX, for other programs to classify with. Enters: a trained network
 * and how its images were standardized; leaves: the bytes of a file. Start with {@link
 * org.lockstep.onnx.OnnxModel}.
 */
@NullMarked
package org.lockstep.onnx;

import org.jspecify.annotations.NullMarked;
