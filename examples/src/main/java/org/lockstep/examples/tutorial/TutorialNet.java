package org.lockstep.examples.tutorial;

import java.util.ArrayList;
import java.util.List;
import org.lockstep.examples.report.Chart;
import org.lockstep.examples.report.Chart.Axis;
import org.lockstep.examples.report.FigurePage;
import org.lockstep.examples.report.FigurePage.Section;
import org.lockstep.examples.report.Format;
import org.lockstep.examples.tutorial.Lesson.Outcome;
import org.lockstep.models.Models;
import org.lockstep.nn.norm.BatchNormConfig;
import org.lockstep.train.Statistics;

/**
 * The network of many tutorials (two convolutions with batch norm, two dense layers: {@code
 * lenet-bn}), as one of them left it and as it should be: with weights of deviation 1 and an
 * optimizer that is never stepped it stays at chance, 10 % of ten classes, and at a loss of
 * hundreds; stepped, such weights get no further, and weights that fit the layers' sizes do. Then
 * the same network with and without batch norm at learning rates up to 3.
 *
 * <pre>
 *   bin/lockstep example tutorial
 *
 *   weights of deviation 1, never stepped: loss 692.659, accuracy 9.2 %
 *   weights of deviation 1, stepped: loss 3.156, accuracy 10.0 %
 *   uniform weights, stepped: loss 0.469, accuracy 82.8 %
 *   rate 0.003, with batch norm: loss 1.343, accuracy 69.1 %
 *   rate 0.003, without: loss 2.260, accuracy 30.6 %
 *   …
 *   rate 1.0, with batch norm: loss 0.842, accuracy 64.9 %
 *   rate 1.0, without: loss diverged, accuracy 10.0 %
 *   …
 * </pre>
 */
public final class TutorialNet {
  /** The network, by its name among the models. */
  public static final String MODEL = "lenet-bn";

  private static final String BATCH_NORM = "sync";
  private static final double RATE = 0.1;
  private static final List<Double> RATES = List.of(0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 2.0, 3.0);
  private static final Axis PERCENT =
      Axis.linear("% of test images").withUnit(" %").between(0, 100);
  private static final Axis LOSS = Axis.logarithmic("test loss").withUnit(" nats");

  private final Study study;

  private TutorialNet(Study study) {
    this.study = study;
  }

  /** Trains all of the networks; takes a few minutes with the embedded images. */
  public static FigurePage page(Study study) {
    TutorialNet tutorial = new TutorialNet(study);
    return new FigurePage(
        "A tutorial’s network",
        study.subtitle(),
        List.of(tutorial.failureAndCure(), tutorial.learningRates()),
        study.command(),
        study.facts());
  }

  private Section failureAndCure() {
    List<Outcome> still = train("weights of deviation 1, never stepped", BATCH_NORM, 1, 0);
    List<Outcome> stepped = train("weights of deviation 1, stepped", BATCH_NORM, 1, RATE);
    List<Outcome> cured = train("uniform weights, stepped", BATCH_NORM, 0, RATE);
    List<List<Outcome>> runs = List.of(still, stepped, cured);
    List<String> labels = List.of("deviation 1, never stepped", "deviation 1", "uniform ±1/√n");
    String text =
        ("Weights drawn with deviation 1 and an optimizer that is never stepped: %s of the test images and a loss of"
                + " %s after the last epoch; only the running statistics move. Stepped with a learning rate of %s the same weights end at %s, and weights"
                + " within ±1/√n, n the inputs of an output, at %s.")
            .formatted(
                Format.percent(Lesson.last(still).test().accuracy()),
                Format.oneDecimal(Lesson.last(still).test().loss()),
                RATE,
                Format.percent(Lesson.last(stepped).test().accuracy()),
                Format.percent(Lesson.last(cured).test().accuracy()));
    List<Chart.Series> accuracies = new ArrayList<>();
    List<Chart.Series> losses = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      accuracies.add(Lesson.perEpoch(labels.get(i), i, runs.get(i), Lesson::accuracy));
      losses.add(Lesson.perEpoch(labels.get(i), i, runs.get(i), run -> run.test().loss()));
    }
    Axis epochs = Axis.positions("epoch");
    return new Section(
        "Failure and cure",
        text,
        List.of(
            new Chart("Accuracy after each epoch", epochs, PERCENT, accuracies),
            new Chart("Loss after each epoch", epochs, LOSS, losses)));
  }

  private Section learningRates() {
    List<Chart.Point> with = new ArrayList<>();
    List<Chart.Point> without = new ArrayList<>();
    List<Chart.Point> withLoss = new ArrayList<>();
    List<Chart.Point> withoutLoss = new ArrayList<>();
    for (double rate : RATES) {
      Outcome normed =
          Lesson.last(train("rate " + rate + ", with batch norm", BATCH_NORM, 0, rate));
      Outcome plain = Lesson.last(train("rate " + rate + ", without", "none", 0, rate));
      with.add(new Chart.Point(rate, Lesson.accuracy(normed)));
      without.add(new Chart.Point(rate, Lesson.accuracy(plain)));
      withLoss.add(new Chart.Point(rate, normed.test().loss()));
      withoutLoss.add(new Chart.Point(rate, plain.test().loss()));
    }
    String text =
        ("The best accuracy is %s with batch norm, at %s, and %s without, at %s. The largest learning rate that still"
                + " learns, to more than twice chance, is %s with and %s without. A point without a loss diverged.")
            .formatted(
                PERCENT.value(best(with).y()),
                best(with).x(),
                PERCENT.value(best(without).y()),
                best(without).x(),
                largestThatLearns(with),
                largestThatLearns(without));
    return new Section(
        "Larger learning rates",
        text,
        List.of(
            sweep("Accuracy after the last epoch", PERCENT, with, without),
            sweep("Loss after the last epoch", LOSS, withLoss, withoutLoss)));
  }

  private static Chart sweep(
      String title, Axis y, List<Chart.Point> with, List<Chart.Point> without) {
    return new Chart(
        title,
        Axis.logarithmic("learning rate"),
        y,
        List.of(
            new Chart.Series("with batch norm", 0, with), new Chart.Series("without", 1, without)));
  }

  private static Chart.Point best(List<Chart.Point> points) {
    return points.stream()
        .reduce((a, b) -> b.y() != null && (a.y() == null || b.y() > a.y()) ? b : a)
        .orElseThrow();
  }

  private String largestThatLearns(List<Chart.Point> points) {
    double chance = 100.0 / study.data().classes();
    return points.stream()
        .filter(point -> point.y() != null && point.y() > 2 * chance)
        .reduce((a, b) -> b)
        .map(point -> Double.toString(point.x()))
        .orElse("none");
  }

  /**
   * @param deviation of normal weights; 0: those that Lockstep draws
   */
  private List<Outcome> train(String what, String norm, double deviation, double rate) {
    try (Lesson lesson = new Lesson(study, Models.find(MODEL), norm, BatchNormConfig.DEFAULT, 0)) {
      if (deviation > 0) {
        lesson.drawWeights(deviation);
      }
      List<Outcome> outcomes = lesson.train(rate, Statistics.EMA);
      study.progress().accept(Lesson.line(what, outcomes));
      return outcomes;
    }
  }
}
