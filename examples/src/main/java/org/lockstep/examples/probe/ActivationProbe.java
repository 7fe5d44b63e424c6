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
 * bin/lockstep probe activations
 *
 * network     layer    mean  variance  gradient  best step   up to
 * no norm     conv1   0.162      1.76    0.0488     0.0100  0.0178
 * …
 * no norm     fc1     0.514     0.185    0.0596     0.0100  0.0178
 * batch norm  conv1  0.0711      1.76    0.0994     0.0316  0.0562
 * …
 * batch norm  fc1     0.756     0.968    0.0907     0.0316  0.0562
 * report: …/lockstep-out/activations/report.html
 * </pre>
 *
 * <p>These are the figures before the first step; other processors may round otherwise. A step
 * along the gradient leads to the lowest loss at the best size, and never to a higher one up to the
 * last.
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
