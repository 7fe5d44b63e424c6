package org.lockstep.examples.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lockstep.data.Dataset;
import org.lockstep.data.Datasets;
import org.lockstep.models.Network;
import org.lockstep.nn.Elements;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ProbedTrainingTest {
  /** Its 40 images are an epoch of three steps, the last of which is smaller. */
  private static final Dataset DIGITS = Datasets.load("digits", null, 40);

  private static final ProbeSetup SETUP = new ProbeSetup("small", 16, 5, 1, 0.05, 3);

  @ParameterizedTest
  @EnumSource(Subject.class)
  void run_whileProbed_trainsToTheSameBits(Subject subject) {
    Map<String, List<Double>> alone = state(subject, loss -> {});
    Map<String, List<Double>> probed =
        state(
            subject,
            loss -> {
              Landscape.along(loss, loss.step(), List.of(0.1, 3.0));
              Activations.of(loss);
            });

    assertThat(probed).isEqualTo(alone);
  }

  @Test
  void run_againWithTheSameSeed_seesTheSame() {
    assertThat(LandscapeProbe.run(SETUP, DIGITS)).isEqualTo(LandscapeProbe.run(SETUP, DIGITS));
  }

  @Test
  void run_ofEverySubject_looksAtEveryStep() {
    Map<Subject, List<Landscape>> seen =
        LandscapeProbe.run(new ProbeSetup("small", 16, 5, 2, 0.05, 3), DIGITS);

    assertThat(seen.keySet()).containsExactly(Subject.values());
    assertThat(seen.values())
        .allSatisfy(
            steps -> assertThat(steps).extracting(Landscape::step).containsExactly(0L, 2L, 4L));
  }

  /** The step that follows goes one learning rate along the gradient that was looked at. */
  @ParameterizedTest
  @EnumSource(Subject.class)
  void evaluate_oneLearningRateOn_isWhereTheStepLeads(Subject subject) {
    List<Line> lines = new ArrayList<>();
    try (ProbedTraining training = new ProbedTraining(SETUP, DIGITS, subject)) {
      training.run(loss -> lines.add(Line.from(loss)));
    }
    Line first = lines.get(0);
    double[] next = lines.get(1).point();

    assertThat(first.norm()).isPositive();
    for (int i = 0; i < next.length; i++) {
      double expected = first.point()[i] - SETUP.learningRate() * first.gradient()[i];
      assertThat(next[i]).isCloseTo(expected, within(1e-6));
    }
  }

  private static Map<String, List<Double>> state(Subject subject, ProbedTraining.Probe probe) {
    try (ProbedTraining training = new ProbedTraining(SETUP, DIGITS, subject)) {
      training.run(probe);
      return state(training.network());
    }
  }

  private static Map<String, List<Double>> state(Network network) {
    Map<String, List<Double>> state = new LinkedHashMap<>();
    network.parameters().forEach(p -> state.put(p.name(), list(Elements.of(p.value()).toArray())));
    network.buffers().forEach((name, values) -> state.put(name, list(values)));
    return state;
  }

  private static List<Double> list(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
