package org.lockstep.models;

import java.nio.FloatBuffer;
import java.util.Random;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Gives networks what training would: gammas, betas and statistics that are not the initial ones.
 */
public final class Experience {
  private static final int PASSES = 8;

  private Experience() {}

  /**
   * Draws the parameters of norms, and lets the network see a batch until its running statistics
   * are near those of the batch.
   *
   * @param x images {@code [N, H, W, C]}
   */
  public static void of(Network network, INDArray x, long seed) {
    Random random = new Random(seed);
    for (Parameter parameter : network.parameters()) {
      if (parameter.value().rank() == 1) {
        FloatBuffer values = HostMemory.floats(parameter.value());
        double centre = parameter.name().endsWith(".weight") ? 1 : 0;
        for (int i = 0; i < values.capacity(); i++) {
          values.put(i, (float) (centre + 0.3 * random.nextGaussian()));
        }
      }
    }
    for (int step = 0; step < PASSES; step++) {
      network.forward(x, Pass.training(step));
      network.commit();
    }
  }
}
