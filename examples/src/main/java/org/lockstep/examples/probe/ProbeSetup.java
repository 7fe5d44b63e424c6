package org.lockstep.examples.probe;

/**
 * What every probed network has in common.
 *
 * @param model a name of {@code Models}
 * @param batch images of a step
 * @param steps of training
 * @param every the probe looks at step 0 and each so many steps later
 * @param learningRate of plain SGD
 * @param seed decides initial weights, the order of images and the noise
 */
public record ProbeSetup(
    String model, int batch, int steps, int every, double learningRate, long seed) {
  public ProbeSetup {
    atLeastOne("batch", batch);
    atLeastOne("steps", steps);
    atLeastOne("every", every);
    if (!(learningRate > 0 && Double.isFinite(learningRate))) {
      throw new IllegalArgumentException(
          "learning-rate: expected a positive number, found " + learningRate);
    }
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": expected at least 1, found " + value);
    }
  }
}
