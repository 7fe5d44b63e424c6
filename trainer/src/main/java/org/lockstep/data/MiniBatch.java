package org.lockstep.data;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A rank's samples of one step. The arrays belong to {@link MiniBatches} and are overwritten by its
 * next batch of the same size.
 *
 * @param features standardized, float32, {@code [N, H, W, C]}
 * @param labels {@code [N]}
 * @param size N, may be 0
 * @param globalSize see {@link BatchIndices#globalSize}
 */
public record MiniBatch(INDArray features, int[] labels, int size, int globalSize) {}
