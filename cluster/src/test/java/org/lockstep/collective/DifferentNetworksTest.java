package org.lockstep.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lockstep.comm.CommunicationException;
import org.lockstep.comm.Communicator;
import org.lockstep.launch.ShortRun;
import org.lockstep.models.Model;
import org.lockstep.models.Models;
import org.lockstep.models.Network;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormFactory;
import org.lockstep.nn.norm.NormSpec;
import org.lockstep.parallel.GradientBuckets;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.Trainer;
import org.lockstep.transport.Placement;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What three ranks with synchronized batch norm are told when the last has another network. */
@Timeout(60)
class DifferentNetworksTest {
  private static final int RANKS = 3;
  private static final Duration HOURS = Duration.ofHours(2);
  private static final Shape IMAGE = new Shape(6, 6, 1);
  private static final long STEP = 3;

  private static Model of(int first, int second) {
    return (network, classes) ->
        network.conv(first, 3).norm().conv(second, 3).norm().globalAveragePool().dense(classes);
  }

  /** A training step up to the update, all gradients of the loss 1. */
  private static void step(Communicator ranks, Model model, Precision precision, Pass pass) {
    NormFactory norms = new NormFactory(NormSpec.parse("sync"), ranks, precision);
    try (Network network = Models.build(model, IMAGE, 2, norms, 1)) {
      GradientBuckets buckets = new GradientBuckets(network.layers(), ranks);
      INDArray x = Nd4j.rand(precision.dataType(), 2, 6, 6, 1);
      INDArray dLogits = Nd4j.ones(network.forward(x, pass).dataType(), 2, 2);
      network.backward(dLogits, layer -> buckets.ready(layer, STEP));
      buckets.finish();
    }
  }

  private static void other(Communicator ranks, String difference) {
    Model usual = of(8, 4);
    Pass training = Pass.training(STEP);
    switch (difference) {
      case "layers" -> step(ranks, of(4, 8), Precision.FLOAT32, training);
      case "precision" -> step(ranks, usual, Precision.FLOAT64, training);
      case "eval" -> step(ranks, usual, Precision.FLOAT32, Pass.evaluation(STEP));
      case "step" -> step(ranks, usual, Precision.FLOAT32, Pass.training(STEP - 1));
      default -> throw new IllegalArgumentException(difference);
    }
  }

  private static void assertAllAreTold(List<Object> outcomes, String usual, String other) {
    for (Object outcome : outcomes) {
      assertThat((Throwable) outcome)
          .isInstanceOf(CommunicationException.class)
          .hasMessageMatching(
              ".*rank 0 \\(127.*; rank 1 \\(127.*; rank 2 \\(127[.:0-9]*\\) does [^;]*\\Q"
                  + other
                  + "\\E.*")
          .hasMessageMatching(".*rank [01] \\(127[.:0-9]*\\) does [^;]*\\Q" + usual + "\\E.*");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "layers, allReduce MOMENTS of 17 doubles (norm1 forward of step 3),"
        + " allReduce MOMENTS of 9 doubles (norm1 forward of step 3)",
    "precision, floats (bucket0 gradient of step 3), doubles (bucket0 gradient of step 3)",
    "eval, allReduce MOMENTS of 17 doubles (norm1 forward of step 3),"
        + " floats (bucket0 gradient of step 3)",
    "step, allReduce MOMENTS of 17 doubles (norm1 forward of step 3),"
        + " allReduce MOMENTS of 17 doubles (norm1 forward of step 2)"
  })
  void step_anotherNetwork_allAreToldWhatEachDoes(String difference, String usual, String other)
      throws Exception {
    List<Object> outcomes =
        new Ranks(Placement.SOCKETS, false)
            .attempt(
                RANKS,
                HOURS,
                rank -> {
                  if (rank.rank() == RANKS - 1) {
                    other(rank, difference);
                  } else {
                    step(rank, of(8, 4), Precision.FLOAT32, Pass.training(STEP));
                  }
                  return "done";
                });
    assertAllAreTold(outcomes, usual, other);
  }

  /** Precisions whose frames look alike, and other options that change no collective. */
  @ParameterizedTest
  @CsvSource({"BF16, 0.05", "FLOAT32, 0.01"})
  void trainer_anotherRun_allAreToldWhatEachRuns(Precision precision, double rate)
      throws Exception {
    List<Object> outcomes =
        new Ranks(Placement.SOCKETS, false)
            .attempt(
                RANKS,
                HOURS,
                rank -> {
                  boolean isOther = rank.rank() == RANKS - 1;
                  TrainConfig config =
                      isOther ? run(precision, rate) : run(Precision.FLOAT32, 0.05);
                  try (Trainer trainer = new Trainer(config, config.load(), rank)) {
                    return trainer.digest();
                  }
                });
    assertAllAreTold(outcomes, "learning-rate=0.05", "learning-rate=" + rate);
    assertAllAreTold(outcomes, "precision=float32", "precision=" + precision);
  }

  private static TrainConfig run(Precision precision, double rate) {
    TrainConfig run = ShortRun.of("small", "sync", "digits", 24, 1, precision);
    return new TrainConfig(
        run.model(),
        run.norm(),
        run.data(),
        null,
        run.limit(),
        run.shards(),
        run.batchPerWorker(),
        run.epochs(),
        run.seed(),
        rate,
        run.momentum(),
        run.weightDecay(),
        run.nesterov(),
        run.schedule(),
        run.statistics(),
        run.patience(),
        run.precision(),
        run.augment());
  }
}
