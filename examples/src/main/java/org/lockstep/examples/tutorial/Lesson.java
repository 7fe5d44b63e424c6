package org.lockstep.examples.tutorial;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.data.Augmentation;
import org.lockstep.data.Dataset;
import org.lockstep.data.ImageFeed;
import org.lockstep.data.MiniBatch;
import org.lockstep.data.Shards;
import org.lockstep.data.Standardization;
import org.lockstep.examples.report.Chart;
import org.lockstep.examples.report.Format;
import org.lockstep.models.Model;
import org.lockstep.models.Models;
import org.lockstep.models.Network;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.norm.BatchNormConfig;
import org.lockstep.nn.norm.NormFactory;
import org.lockstep.nn.norm.NormSpec;
import org.lockstep.optim.Sgd;
import org.lockstep.train.Evaluation;
import org.lockstep.train.Evaluator;
import org.lockstep.train.Statistics;
import org.lockstep.train.TrainingStep;

/** One network in training, on one rank in this process. */
final class Lesson implements AutoCloseable {
  private final Study study;
  private final NormSpec norm;
  private final Communicator solo = InProcessGroup.solo();
  private final Network network;
  private final TrainingStep training;
  private final ImageFeed feed;
  private final Standardization standardization;

  /**
   * @param norm {@code sync} for batch norm, or any other
   * @param config of batch norms
   * @param momentum of SGD
   */
  Lesson(Study study, Model model, String norm, BatchNormConfig config, double momentum) {
    this.study = study;
    this.norm = NormSpec.parse(norm);
    Dataset data = study.data();
    NormFactory norms = new NormFactory(this.norm, solo, config);
    network = Models.build(model, data.shape(), data.classes(), norms, study.seed());
    Sgd sgd = new Sgd(network.parameters(), momentum, 0, false);
    training = new TrainingStep(network, data.classes(), sgd, solo);
    feed =
        ImageFeed.of(
            data.train(), Shards.SHUFFLED, study.batch(), 0, 1, study.seed(), Augmentation.NONE);
    standardization = Standardization.of(data.train());
  }

  /** Draws all weights and biases but the norms' anew, from the normal distribution. */
  void drawWeights(double deviation) {
    Random random = new Random(study.seed());
    for (Parameter parameter : network.parameters()) {
      if (!parameter.name().startsWith("norm")) {
        Elements values = Elements.of(parameter.value());
        double[] drawn = new double[values.size()];
        for (int i = 0; i < drawn.length; i++) {
          drawn[i] = deviation * random.nextGaussian();
        }
        values.put(0, drawn, drawn.length);
      }
    }
  }

  /**
   * One epoch's outcome.
   *
   * @param trainLoss mean over the epoch's steps, nats
   * @param test on the test images after it
   */
  record Outcome(double trainLoss, Evaluation test) {}

  /**
   * Trains for all epochs of the study and evaluates after each.
   *
   * @param rate learning rate; with 0 the optimizer changes nothing
   */
  List<Outcome> train(double rate, Statistics statistics) {
    List<Outcome> outcomes = new ArrayList<>();
    for (int epoch = 0; epoch < study.epochs(); epoch++) {
      double loss = 0;
      for (int step = 0; step < feed.stepsPerEpoch(); step++) {
        MiniBatch batch = feed.batch(epoch, step);
        loss +=
            training.step(batch.features(), batch.labels(), batch.size(), batch.globalSize(), rate);
      }
      outcomes.add(new Outcome(loss / feed.stepsPerEpoch(), evaluate(study.data(), statistics)));
    }
    return outcomes;
  }

  /**
   * Classifies test images.
   *
   * @param data whose training images are the population of {@link Statistics#PRECISE}
   */
  Evaluation evaluate(Dataset data, Statistics statistics) {
    try (Evaluator evaluator =
        new Evaluator(network, data, standardization, norm, solo, statistics)) {
      return evaluator.evaluate(training.steps());
    }
  }

  static Outcome last(List<Outcome> outcomes) {
    return outcomes.get(outcomes.size() - 1);
  }

  /** What a training came to, in a line. */
  static String line(String what, List<Outcome> outcomes) {
    Evaluation end = last(outcomes).test();
    return "%s: loss %s, accuracy %s"
        .formatted(what, Format.loss(end.loss()), Format.percent(end.accuracy()));
  }

  /** A line over the epochs. */
  static Chart.Series perEpoch(
      String label, int style, List<Outcome> outcomes, ToDoubleFunction<Outcome> value) {
    List<Chart.Point> points = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      points.add(new Chart.Point(points.size() + 1, value.applyAsDouble(outcome)));
    }
    return new Chart.Series(label, style, points);
  }

  /** Percent of the test images classified correctly. */
  static double accuracy(Outcome outcome) {
    return 100 * outcome.test().accuracy();
  }

  @Override
  public void close() {
    feed.close();
    training.close();
    network.close();
    solo.close();
  }
}
