package org.lockstep.examples.tutorial;

import java.util.ArrayList;
import java.util.List;
import org.lockstep.data.Dataset;
import org.lockstep.data.Images;
import org.lockstep.examples.report.Chart;
import org.lockstep.examples.report.Chart.Axis;
import org.lockstep.examples.report.Chart.Point;
import org.lockstep.examples.report.Chart.Series;
import org.lockstep.examples.report.FigurePage;
import org.lockstep.examples.report.FigurePage.Section;
import org.lockstep.examples.report.Format;
import org.lockstep.examples.tutorial.Lesson.Outcome;
import org.lockstep.models.Model;
import org.lockstep.models.NetworkBuilder;
import org.lockstep.nn.norm.BatchNormConfig;
import org.lockstep.train.Evaluation;
import org.lockstep.train.Statistics;

/**
 * Choices that come with batch norm, each as two or three runs that differ in nothing else: before
 * or after the ReLU, with or without scale and shift, how fast the running statistics forget, and
 * which statistics to evaluate with when the test images are drawn from another distribution.
 *
 * <pre>
 *   bin/lockstep example variants
 *
 *   norm before the ReLU, with scale and shift, momentum 0.9: loss 0.449, accuracy 85.1 %
 *   norm after the ReLU: loss 0.453, accuracy 84.0 %
 *   without scale and shift: loss 0.405, accuracy 85.8 %
 *   weight of the old value 0.5: loss 0.445, accuracy 85.1 %
 *   weight of the old value 0.99: loss 0.510, accuracy 83.2 %
 *   brightness -75: accuracy 73.4 % with running, 77.0 % with re-estimated statistics
 *   …
 *   brightness +75: accuracy 13.5 % with running, 84.8 % with re-estimated statistics
 * </pre>
 */
public final class Variants {
  /** The model whose convolutions these have, so that they fit the same images. */
  public static final String LIKE = "small";

  private static final double RATE = 0.05;
  private static final double SGD_MOMENTUM = 0.9;
  private static final double DEFAULT_WEIGHT_OF_OLD = 0.9;
  private static final List<Double> WEIGHTS_OF_OLD = List.of(0.5, DEFAULT_WEIGHT_OF_OLD, 0.99);

  /** Added to every byte of the test images. */
  private static final List<Integer> BRIGHTNESS = List.of(-75, -50, -25, 0, 25, 50, 75);

  private static final Axis PERCENT = Axis.linear("% of test images").withUnit(" %");
  private static final Axis EPOCHS = Axis.positions("epoch");

  private final Study study;
  private final Lesson baseline;
  private final List<Outcome> before;

  private Variants(Study study, Lesson baseline) {
    this.study = study;
    this.baseline = baseline;
    before = train("norm before the ReLU, with scale and shift, momentum 0.9", baseline);
  }

  /** Trains all of the networks; takes a few minutes with the embedded images. */
  public static FigurePage page(Study study) {
    try (Lesson baseline = lesson(study, new Stack(true), BatchNormConfig.DEFAULT)) {
      Variants variants = new Variants(study, baseline);
      return new FigurePage(
          "Variants of batch norm",
          study.subtitle(),
          List.of(
              variants.order(), variants.affine(), variants.momentum(), variants.otherTestImages()),
          study.command(),
          study.facts());
    }
  }

  /**
   * Four convolutions, each with a norm and a ReLU.
   *
   * @param normFirst whether the norm comes before the ReLU
   */
  private record Stack(boolean normFirst) implements Model {
    @Override
    public NetworkBuilder define(NetworkBuilder network, int classes) {
      block(network, 16, 1);
      block(network, 32, 2);
      block(network, 64, 2);
      block(network, 64, 2);
      return network.globalAveragePool().dense(classes);
    }

    private void block(NetworkBuilder network, int channels, int stride) {
      network.conv(channels, 3, stride, 1);
      if (normFirst) {
        network.norm().relu();
      } else {
        network.relu().norm();
      }
    }
  }

  private Section order() {
    List<Outcome> after = train("norm after the ReLU", new Stack(false), BatchNormConfig.DEFAULT);
    return comparison(
        "Before or after the ReLU",
        "Ioffe and Szegedy (2015) put the norm before the ReLU.",
        List.of("before", "after"),
        List.of(before, after));
  }

  private Section affine() {
    List<Outcome> without =
        train(
            "without scale and shift", new Stack(true), BatchNormConfig.DEFAULT.withAffine(false));
    return comparison(
        "With and without scale and shift",
        "Without them every channel enters its ReLU with mean 0 and deviation 1.",
        List.of("with scale and shift", "without"),
        List.of(before, without));
  }

  private Section comparison(
      String heading, String why, List<String> labels, List<List<Outcome>> runs) {
    List<Series> accuracies = new ArrayList<>();
    List<Series> losses = new ArrayList<>();
    List<String> ends = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      List<Outcome> run = runs.get(i);
      accuracies.add(Lesson.perEpoch(labels.get(i), i, run, Lesson::accuracy));
      losses.add(Lesson.perEpoch(labels.get(i), i, run, Outcome::trainLoss));
      ends.add(labels.get(i) + " " + Format.percent(Lesson.last(run).test().accuracy()));
    }
    return new Section(
        heading,
        why + " After the last epoch: " + String.join(", ", ends) + ".",
        List.of(
            new Chart("Test accuracy", EPOCHS, PERCENT, accuracies),
            new Chart(
                "Training loss", EPOCHS, Axis.linear("training loss").withUnit(" nats"), losses)));
  }

  /** The momentum does not change what is trained: one line with the population's is for all. */
  private Section momentum() {
    List<Series> lines = new ArrayList<>();
    List<String> firsts = new ArrayList<>();
    for (double old : WEIGHTS_OF_OLD) {
      List<Outcome> run = old == DEFAULT_WEIGHT_OF_OLD ? before : withWeightOfOld(old);
      lines.add(Lesson.perEpoch("" + old, lines.size(), run, Lesson::accuracy));
      firsts.add(
          "%s %s and %s"
              .formatted(
                  old,
                  Format.percent(run.get(0).test().accuracy()),
                  Format.percent(Lesson.last(run).test().accuracy())));
    }
    lines.add(Lesson.perEpoch("population", lines.size(), before, Variants::precise));
    return new Section(
        "Weight of the old value in the running statistics",
        "The trained weights are the same in all runs; only what evaluation normalizes with differs."
            + " Accuracy after the first and the last epoch: "
            + String.join(", ", firsts)
            + ". Population: the statistics of all training images under the weights of the moment.",
        List.of(new Chart("Test accuracy by weight of the old value", EPOCHS, PERCENT, lines)));
  }

  private List<Outcome> withWeightOfOld(double old) {
    BatchNormConfig config = BatchNormConfig.DEFAULT.withMomentum(1 - old);
    return train("weight of the old value " + old, new Stack(true), config);
  }

  private static double precise(Outcome outcome) {
    Double precise = outcome.test().accuracyPrecise();
    return precise == null ? Double.NaN : 100 * precise;
  }

  private Section otherTestImages() {
    List<Point> running = new ArrayList<>();
    List<Point> again = new ArrayList<>();
    for (int added : BRIGHTNESS) {
      Evaluation evaluation = baseline.evaluate(brightened(study.data(), added), Statistics.BOTH);
      double reestimated = precise(new Outcome(Double.NaN, evaluation));
      running.add(new Point(added, 100 * evaluation.accuracy()));
      again.add(new Point(added, reestimated));
      study
          .progress()
          .accept(
              "brightness %+d: accuracy %s with running, %s with re-estimated statistics"
                  .formatted(
                      added,
                      Format.percent(evaluation.accuracy()),
                      Format.percent(reestimated / 100)));
    }
    Chart chart =
        new Chart(
            "Test accuracy by brightness",
            Axis.linear("added to every pixel, of 255"),
            PERCENT,
            List.of(new Series("running", 0, running), new Series("re-estimated", 1, again)));
    return new Section(
        "Test images from another distribution",
        "A number is added to every pixel of the test images, kept within 0 to 255. Running: the statistics of"
            + " training. Re-estimated: those of the test images themselves, without their labels: "
            + at(0, running, again)
            + "; "
            + at(BRIGHTNESS.size() - 1, running, again)
            + ".",
        List.of(chart));
  }

  private static String at(int index, List<Point> running, List<Point> again) {
    return "at %+d: %s and %s"
        .formatted(
            BRIGHTNESS.get(index),
            PERCENT.value(running.get(index).y()),
            PERCENT.value(again.get(index).y()));
  }

  /** The test images with another brightness, which are also its population. */
  private static Dataset brightened(Dataset data, int added) {
    Images images = data.test().brightened(added);
    return new Dataset(data.name(), data.shape(), data.classes(), images, images);
  }

  private List<Outcome> train(String what, Model model, BatchNormConfig config) {
    try (Lesson lesson = lesson(study, model, config)) {
      return train(what, lesson);
    }
  }

  private List<Outcome> train(String what, Lesson lesson) {
    List<Outcome> outcomes = lesson.train(RATE, Statistics.BOTH);
    study.progress().accept(Lesson.line(what, outcomes));
    return outcomes;
  }

  private static Lesson lesson(Study study, Model model, BatchNormConfig config) {
    return new Lesson(study, model, "sync", config, SGD_MOMENTUM);
  }
}
