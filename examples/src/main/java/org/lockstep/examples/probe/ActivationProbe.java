package org.lockstep.examples.probe;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.lockstep.data.Dataset;

/**
 * Means and variances behind each layer, the size of the gradients, and the loss against the size
 * of a step, during the first steps of training with and without batch norm (Bjorck et al. 2018,
 * "Understanding Batch Normalization", sections 2 and 3).
 *
 * <pre>
 *   bin/lockstep probe activations
 *
 * EXPECTED
 * </pre>
 */
public final class ActivationProbe {
  private ActivationProbe() {}

  /**
   * Trains with and without batch norm for the same steps on the same batches.
   *
   * @throws IllegalArgumentException if model, data and batch do not go together
   */
  public static Map<Subject, List<Activations>> run(ProbeSetup setup, Dataset dataset) {
    Map<Subject, List<Activations>> seen = new EnumMap<>(Subject.class);
    for (Subject subject : List.of(Subject.PLAIN, Subject.NORMALIZED)) {
      List<Activations> figures = new ArrayList<>();
      try (ProbedTraining training = new ProbedTraining(setup, dataset, subject)) {
        training.run(loss -> figures.add(Activations.of(loss)));
      }
      seen.put(subject, figures);
    }
    return seen;
  }
}
