package org.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lockstep.comm.Traffic;
import org.lockstep.data.Shards;
import org.lockstep.nn.Precision;

/** What the loop orders of its ranks, who only write it down. */
@Timeout(30)
class EpochLoopTest {
  private static final int STEPS = 5;

  private final List<String> heard = new ArrayList<>();
  private final List<RunState> saved = new ArrayList<>();

  /** Ranks whose test loss is what they are given, epoch after epoch. */
  private class Scripted implements EpochLoop.Ranks {
    private final double[] testLosses;
    private int evaluated;

    Scripted(double... testLosses) {
      this.testLosses = testLosses;
    }

    @Override
    public EpochTotals train(Stretch stretch, TrainListener listener) {
      int end = stretch.firstStep() + stretch.steps();
      heard.add("train " + stretch.epoch() + ": " + stretch.firstStep() + " to " + end);
      int steps = stretch.steps();
      return new EpochTotals(2.0 * steps, steps, steps, 0.25, 10, List.of(0.5 * steps, 0.0));
    }

    @Override
    public Evaluation evaluate() {
      heard.add("evaluate");
      return new Evaluation(testLosses[evaluated++], 0.5, null, List.of());
    }

    @Override
    public String digest() {
      return "digest";
    }
  }

  @Test
  void run_savingAtEpochsEnds_plansWholeEpochsAndSavesAfterEvaluation() {
    RunResult result = run(start(config(2, 0), 3), 0, new Scripted(1, 1));
    assertThat(heard)
        .containsExactly(
            "train 0: 0 to 5", "evaluate", "save 5", "train 1: 0 to 5", "evaluate", "save 10");
    assertThat(result.workers()).isEqualTo(3);
    assertThat(result.digest()).isEqualTo("digest");
    assertThat(result.epochs()).extracting(EpochMetrics::epoch).containsExactly(1, 2);
    assertThat(result.lastEpoch().trainLoss()).isEqualTo(2);
    assertThat(result.lastEpoch().imagesPerSecond()).isEqualTo(1);
    assertThat(result.lastEpoch().bytesSent()).isEqualTo(10);
  }

  @Test
  void run_savingEveryFewSteps_stopsThereAndKeepsTheEpochTogether() {
    RunResult result = run(start(config(2, 0), 1), 3, new Scripted(1, 1));
    assertThat(heard)
        .containsExactly(
            "train 0: 0 to 3",
            "save 3",
            "train 0: 3 to 5",
            "evaluate",
            "train 1: 0 to 1",
            "save 6",
            "train 1: 1 to 4",
            "save 9",
            "train 1: 4 to 5",
            "evaluate",
            "save 10");
    assertThat(result.epochs()).extracting(EpochMetrics::seconds).containsExactly(5.0, 5.0);
    assertThat(result.epochs()).extracting(EpochMetrics::bytesSent).containsExactly(20L, 30L);
    assertThat(result.epochs())
        .extracting(EpochMetrics::waitedSeconds)
        .containsOnly(List.of(2.5, 0.0));
  }

  @Test
  void run_fromEverySavedState_givesTheSameResult() {
    RunResult whole = run(start(config(2, 0), 1), 2, new Scripted(0.5, 0.25));
    for (RunState state : List.copyOf(saved)) {
      double[] left = state.epoch() == 0 ? new double[] {0.5, 0.25} : new double[] {0.25};
      assertThat(run(state, 2, new Scripted(left))).isEqualTo(whole);
    }
  }

  @Test
  void run_ofARunThatIsOver_trainsNothing() {
    run(start(config(1, 0), 1), 0, new Scripted(1));
    heard.clear();
    RunResult result = run(saved.get(0), 0, new Scripted());
    assertThat(heard).isEmpty();
    assertThat(result.epochs()).hasSize(1);
  }

  @Test
  void run_withoutBetterLossForAsLongAsItIsPatient_stopsAndSaves() {
    run(start(config(9, 2), 1), 4, new Scripted(3, 2, 2, 2.5, 1));
    assertThat(heard).filteredOn("evaluate"::equals).hasSize(4);
    assertThat(heard).endsWith("save 20");
    assertThat(saved.get(saved.size() - 1).over()).isTrue();
  }

  @Test
  void run_withSchedule_plansTheRateOfEveryStep() {
    List<Double> rates = new ArrayList<>();
    EpochLoop.Ranks ranks =
        new Scripted(1, 1, 1, 1) {
          @Override
          public EpochTotals train(Stretch stretch, TrainListener listener) {
            rates.addAll(stretch.learningRates());
            return super.train(stretch, listener);
          }
        };
    run(start(config(2, 0, "step:1:0.5"), 1), 3, ranks);
    assertThat(rates).containsExactly(0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.05);
  }

  @Test
  void resumedBy_otherWorld_startsTheEpochAgain() {
    run(start(config(2, 0), 4), 3, new Scripted(1, 1));
    RunState middle = saved.get(0);
    assertThat(middle.resumedBy(start(config(2, 0), 4))).isEqualTo(middle);
    RunState fewer = middle.resumedBy(start(config(2, 0), 3));
    assertThat(fewer.stepInEpoch()).isZero();
    assertThat(fewer.totals()).isEqualTo(EpochTotals.NONE);
    assertThat(fewer.step()).isEqualTo(3);
    assertThat(fewer.workers()).isEqualTo(3);
  }

  @Test
  void resumedBy_otherData_isRefusedWhereTheWorldIsTheSame() {
    RunState state = start(config(2, 0), 2);
    RunState less = RunState.start(config(2, 0), 2, STEPS - 1);
    assertThatThrownBy(() -> state.resumedBy(less))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("on other data: expected 5 steps an epoch, found 4");
    assertThat(state.resumedBy(RunState.start(config(2, 0), 3, STEPS - 1)).stepsPerEpoch())
        .isEqualTo(STEPS - 1);
  }

  @Test
  void run_whoseLossIsNotANumber_isNotTakenForTheBest() {
    run(start(config(9, 2), 1), 0, new Scripted(Double.NaN, 3, Double.NaN, 2, 2, 2));
    assertThat(heard).filteredOn("evaluate"::equals).hasSize(6);
  }

  @Test
  void resumedBy_moreEpochs_isTheSameRunAndOtherSeedIsNot() {
    RunState state = start(config(2, 0), 1);
    assertThat(state.resumedBy(start(config(5, 1), 1)).config().epochs()).isEqualTo(5);
    assertThatThrownBy(() -> state.resumedBy(start(config(2, 0, "cosine"), 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "cannot resume the run of model small with norm sync after step 0 with another"
                + " schedule: expected constant, found cosine");
  }

  @Test
  void resumedBy_otherPrecision_isRefused() {
    RunState state = start(config(2, 0), 1);
    assertThatThrownBy(() -> state.resumedBy(start(config(2, 0, "constant", Precision.BF16), 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "cannot resume the run of model small with norm sync after step 0 with another"
                + " precision: expected float32, found bf16");
  }

  @Test
  void config_inFloat64_isRefused() {
    assertThatThrownBy(() -> config(2, 0, "constant", Precision.FLOAT64))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("precision: expected float32 or bf16, found float64");
  }

  @Test
  void run_toldToTwoListeners_tellsEachFromStartToEnd() {
    EpochLoop.Ranks ranks =
        new Scripted(1) {
          @Override
          public EpochTotals train(Stretch stretch, TrainListener listener) {
            listener.onStep(stretch.epoch() + 1, STEPS, STEPS);
            listener.onStretch(STEPS, 7, new Traffic(1, 2, 3));
            return super.train(stretch, listener);
          }
        };
    List<String> told = new ArrayList<>();
    TrainListener both = new Scribe("a", told).and(new Scribe("b", told));
    new EpochLoop(ranks, EpochLoop.Saver.NONE, both).run(start(config(1, 0), 3));
    assertThat(told)
        .containsExactly(
            "a start 0",
            "b start 0",
            "a step 5",
            "b step 5",
            "a images 7",
            "b images 7",
            "a epoch 1",
            "b epoch 1",
            "a end digest",
            "b end digest");
  }

  /** Writes down what it hears. */
  private record Scribe(String name, List<String> told) implements TrainListener {
    @Override
    public void onStart(RunState start) {
      told.add(name + " start " + start.step());
    }

    @Override
    public void onStep(int epoch, int step, int stepsPerEpoch) {
      told.add(name + " step " + step);
    }

    @Override
    public void onStretch(int steps, long images, Traffic traffic) {
      told.add(name + " images " + images);
    }

    @Override
    public void onEpoch(EpochMetrics metrics) {
      told.add(name + " epoch " + metrics.epoch());
    }

    @Override
    public void onEnd(RunResult result) {
      told.add(name + " end " + result.digest());
    }
  }

  private RunResult run(RunState start, int every, EpochLoop.Ranks ranks) {
    EpochLoop.Saver saver =
        new EpochLoop.Saver() {
          @Override
          public int everySteps() {
            return every;
          }

          @Override
          public void save(RunState state) {
            heard.add("save " + state.step());
            saved.add(state);
          }
        };
    return new EpochLoop(ranks, saver, TrainListener.SILENT).run(start);
  }

  private static RunState start(TrainConfig config, int workers) {
    return RunState.start(config, workers, STEPS);
  }

  private static TrainConfig config(int epochs, int patience) {
    return config(epochs, patience, "constant");
  }

  private static TrainConfig config(int epochs, int patience, String schedule) {
    return config(epochs, patience, schedule, Precision.FLOAT32);
  }

  private static TrainConfig config(
      int epochs, int patience, String schedule, Precision precision) {
    return new TrainConfig(
        "small",
        "sync",
        "digits",
        null,
        0,
        Shards.SHUFFLED,
        2,
        epochs,
        1,
        0.1,
        0,
        0,
        false,
        schedule,
        Statistics.EMA,
        patience,
        precision,
        "none");
  }
}
