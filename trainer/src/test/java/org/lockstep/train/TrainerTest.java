package org.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.data.Augmentation;
import org.lockstep.data.Dataset;
import org.lockstep.data.Datasets;
import org.lockstep.data.ImageFeed;
import org.lockstep.data.MiniBatch;
import org.lockstep.data.Shards;
import org.lockstep.data.TrainingFeed;
import org.lockstep.nn.Precision;

@Timeout(120)
class TrainerTest {
  private static final Dataset DIGITS = Datasets.load("digits", null, 120);

  @ParameterizedTest
  @ValueSource(strings = {"local", "sync", "sync:2", "group:4", "none"})
  void fit_sameSeedTwice_givesTheSameBits(String norm) {
    TrainConfig config = config(norm, 2, Shards.SHUFFLED, 1);
    assertThat(train(config, 4).digest()).isEqualTo(train(config, 4).digest());
  }

  /** The ranks' digests are compared on the way. By label some run out before the others. */
  @ParameterizedTest
  @CsvSource({"local, 2", "sync, 4", "sync, 7", "sync:2, 4", "group:4, 7", "none, 2"})
  void fit_inBf16_givesTheSameBitsOnAllRanksAndAgain(String norm, int ranks) {
    TrainConfig config = config(norm, 3, Shards.BY_LABEL, 1, Statistics.BOTH, Precision.BF16);
    RunResult result = train(config, ranks);
    assertThat(train(config, ranks).digest()).isEqualTo(result.digest());
    TrainConfig inFloat32 = config(norm, 3, Shards.BY_LABEL, Statistics.BOTH);
    assertThat(train(inFloat32, ranks).digest()).isNotEqualTo(result.digest());
  }

  @Test
  void fit_inBf16_learnsAsInFloat32() {
    TrainConfig config = config("sync", 4, Shards.SHUFFLED, 1, Statistics.EMA, Precision.BF16);
    RunResult narrow = train(config, 2);
    RunResult wide = train(config("sync", 4, Shards.SHUFFLED, 1), 2);
    assertThat(narrow.lastEpoch().trainLoss())
        .isCloseTo(wide.lastEpoch().trainLoss(), within(0.1))
        .isLessThan(narrow.epochs().get(0).trainLoss());
  }

  @Test
  void fit_otherSeed_givesOtherBits() {
    assertThat(train(config("sync", 2, Shards.SHUFFLED, 1), 2).digest())
        .isNotEqualTo(train(config("sync", 2, Shards.SHUFFLED, 2), 2).digest());
  }

  /** The product's promise: p ranks on shards are one rank on the whole batch. */
  @ParameterizedTest
  @CsvSource({"sync, 4, 2", "sync, 2, 4", "sync, 8, 1", "group:8, 4, 2", "none, 4, 2"})
  void fit_ranksOnShards_trainLikeOneRankOnTheWhole(String norm, int ranks, int batch) {
    RunResult whole = train(config(norm, 8, Shards.SHUFFLED, 1), 1);
    RunResult shards = train(config(norm, batch, Shards.SHUFFLED, 1), ranks);
    for (int epoch = 0; epoch < whole.epochs().size(); epoch++) {
      assertThat(shards.epochs().get(epoch).trainLoss())
          .isCloseTo(whole.epochs().get(epoch).trainLoss(), within(1e-3));
      assertThat(shards.epochs().get(epoch).testLoss())
          .isCloseTo(whole.epochs().get(epoch).testLoss(), within(1e-3));
    }
  }

  @Test
  void fit_augmentedRanksOnShards_trainLikeOneRankOnTheWhole() {
    RunResult plain = train(config("sync", 8, Shards.SHUFFLED, 1), 1);
    RunResult whole = train(augmented(8), 1);
    RunResult shards = train(augmented(2), 4);
    for (int epoch = 0; epoch < whole.epochs().size(); epoch++) {
      assertThat(shards.epochs().get(epoch).trainLoss())
          .isCloseTo(whole.epochs().get(epoch).trainLoss(), within(1e-3))
          .isNotCloseTo(plain.epochs().get(epoch).trainLoss(), within(1e-2));
    }
  }

  /** As a resumed run does, with a new feed. */
  @Test
  void fit_augmentedInStretches_givesTheBitsOfOneRun() {
    TrainConfig config = augmented(8);
    String whole = train(config, 1).digest();
    assertThat(
            train(
                    1,
                    world ->
                        new Trainer(
                            config,
                            DIGITS.shape(),
                            DIGITS.classes(),
                            new FreshFeeds(config),
                            DIGITS,
                            world))
                .digest())
        .isEqualTo(whole);
  }

  /** Forgets everything after every step. */
  private static final class FreshFeeds implements TrainingFeed {
    private final TrainConfig config;
    private ImageFeed feed;

    FreshFeeds(TrainConfig config) {
      this.config = config;
      this.feed = feed();
    }

    private ImageFeed feed() {
      Augmentation augmentation = Augmentation.parse(config.augment());
      return ImageFeed.of(DIGITS.train(), Shards.SHUFFLED, 8, 0, 1, config.seed(), augmentation);
    }

    @Override
    public MiniBatch batch(int epoch, int step) {
      feed.close();
      feed = feed();
      return feed.batch(epoch, step);
    }

    @Override
    public int stepsPerEpoch() {
      return feed.stepsPerEpoch();
    }

    @Override
    public int size(int step, int ofRank) {
      return feed.size(step, ofRank);
    }

    @Override
    public void close() {
      feed.close();
    }
  }

  @Test
  void fit_localNormOnShards_doesNotTrainLikeOneRankOnTheWhole() {
    RunResult whole = train(config("local", 8, Shards.SHUFFLED, 1), 1);
    RunResult shards = train(config("local", 2, Shards.SHUFFLED, 1), 4);
    assertThat(Math.abs(shards.epochs().get(0).trainLoss() - whole.epochs().get(0).trainLoss()))
        .isGreaterThan(1e-2);
  }

  @Test
  void fit_byLabelWithUnevenShards_seesEveryImageEachEpoch() {
    // 7 ranks do not divide 120 images: some run out a step before the others
    RunResult result = train(config("sync", 3, Shards.BY_LABEL, 1), 7);
    EpochMetrics first = result.epochs().get(0);
    assertThat(first.imagesPerSecond() * first.seconds()).isCloseTo(120, within(1e-6));
  }

  @Test
  void fit_digits_learns() {
    RunResult result = train(config("sync", 4, Shards.SHUFFLED, 1), 2);
    assertThat(result.finalTestAccuracy()).isGreaterThan(0.3);
    assertThat(result.epochs().get(1).trainLoss()).isLessThan(result.epochs().get(0).trainLoss());
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "sync", "sync:2"})
  void fit_otherStatistics_trainsToTheSameBits(String norm) {
    String ema = train(config(norm, 2, Shards.BY_LABEL, Statistics.EMA), 4).digest();
    assertThat(train(config(norm, 2, Shards.BY_LABEL, Statistics.BOTH), 4).digest()).isEqualTo(ema);
    assertThat(train(config(norm, 2, Shards.BY_LABEL, Statistics.PRECISE), 4).digest())
        .isEqualTo(ema);
  }

  @Test
  void fit_bothStatistics_givesTheFiguresOfEither() {
    RunResult ema = train(config("local", 2, Shards.BY_LABEL, Statistics.EMA), 4);
    RunResult precise = train(config("local", 2, Shards.BY_LABEL, Statistics.PRECISE), 4);
    RunResult both = train(config("local", 2, Shards.BY_LABEL, Statistics.BOTH), 4);
    for (int epoch = 0; epoch < 2; epoch++) {
      EpochMetrics running = ema.epochs().get(epoch);
      EpochMetrics population = precise.epochs().get(epoch);
      EpochMetrics either = both.epochs().get(epoch);
      assertThat(running.testAccuracyPrecise()).isNull();
      assertThat(running.drift()).isEmpty();
      assertThat(population.testAccuracyPrecise()).isEqualTo(population.testAccuracy());
      assertThat(population.testLoss()).isNotEqualTo(running.testLoss());
      assertThat(either.testLoss()).isEqualTo(running.testLoss());
      assertThat(either.testAccuracy()).isEqualTo(running.testAccuracy());
      assertThat(either.testAccuracyPrecise()).isEqualTo(population.testAccuracy());
      assertThat(either.drift()).hasSize(4).isEqualTo(population.drift());
      assertThat(either.drift()).allMatch(drift -> drift.meanShift() > 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"group:4", "none"})
  void fit_normWithoutBatchStatistics_isPreciseWithoutAMeasurement(String norm) {
    RunResult ema = train(config(norm, 4, Shards.SHUFFLED, Statistics.EMA), 2);
    RunResult both = train(config(norm, 4, Shards.SHUFFLED, Statistics.BOTH), 2);
    assertThat(both.epochs().get(1).testAccuracy()).isEqualTo(ema.finalTestAccuracy());
    assertThat(both.epochs().get(1).testAccuracyPrecise()).isEqualTo(ema.finalTestAccuracy());
    assertThat(both.epochs().get(1).drift()).isEmpty();
  }

  /** Evaluation is where ranks with statistics of their own share them; the digest is of all. */
  @Test
  void fit_localNormWithoutTestImages_leavesAllRanksWithTheSameStatistics() {
    TrainConfig config = config("local", 2, Shards.BY_LABEL, 1);
    RunResult result =
        train(
            2,
            world ->
                new Trainer(
                    config,
                    DIGITS.shape(),
                    DIGITS.classes(),
                    ImageFeed.of(
                        DIGITS.train(), Shards.BY_LABEL, 2, world.rank(), 2, 1, Augmentation.NONE),
                    null,
                    world));
    assertThat(result.finalTestAccuracy()).isNaN();
    assertThat(result.digest()).isEqualTo(train(config, 2).digest());
  }

  @Test
  void fit_moreRanksThanImages_isRefused() {
    TrainConfig config = config("sync", 1, Shards.SHUFFLED, 1);
    Dataset three = Datasets.load("digits", null, 3);
    assertThatThrownBy(
            () -> InProcessGroup.run(4, world -> new Trainer(config, three, world).close()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4");
  }

  private static TrainConfig config(String norm, int batch, Shards shards, long seed) {
    return config(norm, batch, shards, seed, Statistics.EMA);
  }

  private static TrainConfig config(String norm, int batch, Shards shards, Statistics statistics) {
    return config(norm, batch, shards, 1, statistics);
  }

  private static TrainConfig config(
      String norm, int batch, Shards shards, long seed, Statistics statistics) {
    return config(norm, batch, shards, seed, statistics, Precision.FLOAT32);
  }

  private static TrainConfig config(
      String norm,
      int batch,
      Shards shards,
      long seed,
      Statistics statistics,
      Precision precision) {
    return new TrainConfig(
        "small",
        norm,
        "digits",
        null,
        120,
        shards,
        batch,
        2,
        seed,
        0.05,
        0.9,
        1e-4,
        false,
        "constant",
        statistics,
        0,
        precision,
        "none");
  }

  private static TrainConfig augmented(int batch) {
    TrainConfig plain = config("sync", batch, Shards.SHUFFLED, 1);
    return new TrainConfig(
        plain.model(),
        plain.norm(),
        plain.data(),
        null,
        plain.limit(),
        plain.shards(),
        batch,
        plain.epochs(),
        plain.seed(),
        plain.learningRate(),
        plain.momentum(),
        plain.weightDecay(),
        false,
        plain.schedule(),
        plain.statistics(),
        0,
        plain.precision(),
        "flip,crop:2");
  }

  /** Trains on in-process ranks; the digest was compared between them on the way. */
  private static RunResult train(TrainConfig config, int ranks) {
    return train(ranks, world -> new Trainer(config, DIGITS, world));
  }

  private static RunResult train(int ranks, Function<Communicator, Trainer> trainers) {
    AtomicReferenceArray<RunResult> results = new AtomicReferenceArray<>(ranks);
    InProcessGroup.run(
        ranks,
        (Communicator world) -> {
          try (Trainer trainer = trainers.apply(world)) {
            results.set(world.rank(), trainer.fit(TrainListener.SILENT));
          }
        });
    return results.get(0);
  }
}
