package org.lockstep.examples.probe;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.lockstep.data.Dataset;

/**
 * How smooth the loss is along its gradient while a network trains, without batch norm, with it,
 * and with noise injected behind it, which undoes the stability of activations that batch norm was
 * said to work by (Santurkar et al. 2018, "How Does Batch Normalization Help Optimization?",
 * sections 2.2 and 3.1).
 *
 * <pre>
 * bin/lockstep probe landscape
 *
 * network            last loss  range of the loss  change of the gradient  smoothness
 * no norm                0.560               1.04                    22.4         133
 * batch norm             0.529              0.274                    7.05        65.5
 * batch norm, noise      0.658              0.298                    12.4        75.0
 * report: …/lockstep-out/landscape/report.html
 * </pre>
 *
 * <p>All but the last loss are medians over the steps looked at; other processors may round
 * otherwise.
 */
public final class LandscapeProbe {
  /** The points along the gradient, in learning rates; the first and last are the paper's. */
  private static final double[] FACTORS = {0.5, 1, 2, 4};

  private LandscapeProbe() {}

  /**
   * Trains every subject for the same steps on the same batches.
   *
   * @throws IllegalArgumentException if model, data and batch do not go together
   */
  public static Map<Subject, List<Landscape>> run(ProbeSetup setup, Dataset dataset) {
    Map<Subject, List<Landscape>> seen = new EnumMap<>(Subject.class);
    for (Subject subject : Subject.values()) {
      seen.put(subject, run(setup, dataset, subject));
    }
    return seen;
  }

  private static List<Landscape> run(ProbeSetup setup, Dataset dataset, Subject subject) {
    List<Double> sizes =
        DoubleStream.of(FACTORS).map(factor -> factor * setup.learningRate()).boxed().toList();
    List<Landscape> seen = new ArrayList<>();
    try (ProbedTraining training = new ProbedTraining(setup, dataset, subject)) {
      training.run(loss -> seen.add(Landscape.along(loss, loss.step(), sizes)));
    }
    return seen;
  }
}
