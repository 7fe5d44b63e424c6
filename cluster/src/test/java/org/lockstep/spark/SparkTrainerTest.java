package org.lockstep.spark;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.functions;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.lockstep.comm.CommunicationException;
import org.lockstep.data.Shards;
import org.lockstep.launch.CheckpointOptions;
import org.lockstep.nn.Shape;
import org.lockstep.rendezvous.ClusterException;
import org.lockstep.train.EpochMetrics;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.TrainListener;

/** Rows of DataFrames and samples of RDDs, in a local application. */
@Timeout(240)
class SparkTrainerTest {
  private static final Shape SHAPE = new Shape(6, 6, 1);
  private static final StructType VECTORS =
      new StructType()
          .add("features", SQLDataTypes.VectorType())
          .add("label", DataTypes.DoubleType);

  private static final SparkSession spark =
      SparkSession.builder()
          .master("local[3]")
          .config("spark.ui.enabled", "false")
          .config("spark.driver.host", "127.0.0.1")
          .config("spark.executorEnv.OMP_NUM_THREADS", "1")
          .getOrCreate();

  // Of the executor, which is this JVM.
  private static final AtomicInteger losses = new AtomicInteger();
  private static final AtomicInteger reading = new AtomicInteger();

  @TempDir Path directory;

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void fit_ofVectorsInOtherPartitions_learns() {
    SparkTrainer trainer = new SparkTrainer(settings(2, 10), TrainListener.SILENT);
    SparkTrainer.Trained trained = trainer.fit(frame(sample(60), 5), "features", "label", 0);
    List<EpochMetrics> epochs = trained.result().epochs();
    assertThat(trained.classes()).isEqualTo(3);
    assertThat(epochs).hasSize(10);
    assertThat(epochs.get(9).trainLoss()).isLessThan(epochs.get(0).trainLoss() / 2);
    assertThat(epochs.get(0).testAccuracy()).isNaN();
  }

  @Test
  void fit_ofUnevenAndEmptyPartitions_takesEveryRowOnceAnEpoch() {
    List<Sample> samples = sample(10);
    JavaRDD<Sample> uneven =
        context()
            .parallelize(List.of(0, 1, 2), 3)
            .flatMap(part -> part == 0 ? List.<Sample>of().iterator() : part(samples, part));
    SparkTrainer trainer = new SparkTrainer(settings(3, 2), TrainListener.SILENT);
    for (EpochMetrics epoch : trainer.fit(uneven, 3).result().epochs()) {
      assertThat(epoch.imagesPerSecond() * epoch.seconds()).isCloseTo(10, within(1e-6));
    }
  }

  /** All samples but three for part 1, those three for part 2. */
  private static Iterator<Sample> part(List<Sample> samples, int part) {
    int cut = samples.size() - 3;
    return (part == 1 ? samples.subList(0, cut) : samples.subList(cut, samples.size())).iterator();
  }

  @Test
  void fit_ofTheSamePartitions_givesTheSameBitsFromRddVectorsArraysAndParquet() {
    List<Sample> samples = sample(12);
    Dataset<Row> vectors = frame(samples, 2);
    Dataset<Row> arrays =
        vectors.select(
            functions.vector_to_array(col("features"), "float64").as("f"),
            col("label").cast("int").as("l"));
    SparkTrainer trainer = new SparkTrainer(settings(2, 2), TrainListener.SILENT);
    byte[] ofRdd = trainer.fit(context().parallelize(samples, 2), 3).model();
    assertThat(trainer.fit(vectors, "features", "label", 0).model()).isEqualTo(ofRdd);
    assertThat(trainer.fit(arrays, "f", "l", 3).model()).isEqualTo(ofRdd);
    String parquet = directory.resolve("samples.parquet").toString();
    arrays.write().parquet(parquet);
    Dataset<Row> read = spark.read().parquet(parquet);
    assertThat(read.rdd().getNumPartitions()).isEqualTo(2);
    assertThat(trainer.fit(read, "f", "l", 3).model()).isEqualTo(ofRdd);
  }

  @Test
  void fit_cancelledWhileItReads_isNoMistakeOfTheSamples() {
    reading.set(0);
    JavaRDD<Sample> endless =
        context()
            .parallelize(sample(8), 2)
            .map(
                sample -> {
                  reading.set(1);
                  while (!TaskContext.get().isInterrupted()) {
                    Thread.onSpinWait();
                  }
                  return sample;
                });
    FutureTask<Void> fit =
        new FutureTask<>(
            () -> {
              new SparkTrainer(settings(2, 1), TrainListener.SILENT).fit(endless, 3);
              return null;
            });
    new Thread(fit, "fit").start();
    await().until(() -> reading.get() == 1);
    context().sc().cancelAllJobs();
    assertThatThrownBy(fit::get)
        .cause()
        .isInstanceOf(ClusterException.class)
        .hasMessageStartingWith("Spark ended the ranks' stage "); // or before all had joined
  }

  @Test
  void fit_ofPartitionsInAnotherOrder_givesTheSameBits() {
    SparkTrainer trainer = new SparkTrainer(settings(2, 2), TrainListener.SILENT);
    JavaRDD<Sample> samples = context().parallelize(sample(20), 2);
    JavaRDD<Sample> reversed =
        samples.mapPartitions(
            partition -> {
              List<Sample> list = new ArrayList<>();
              partition.forEachRemaining(list::add);
              Collections.reverse(list);
              return list.iterator();
            });
    assertThat(trainer.fit(reversed, 3).model()).isEqualTo(trainer.fit(samples, 3).model());
  }

  @Test
  void fit_ofOtherPartitionsAgain_givesTheSameBits() {
    SparkTrainer trainer = new SparkTrainer(settings(3, 2), TrainListener.SILENT);
    JavaRDD<Sample> samples = context().parallelize(sample(40), 6);
    byte[] first = trainer.fit(samples, 3).model();
    for (int i = 0; i < 3; i++) {
      assertThat(trainer.fit(samples, 3).model()).isEqualTo(first);
    }
  }

  @Test
  void fit_whileASlotIsTaken_asksOnlyThoseItTakes() {
    JavaFutureAction<List<Integer>> other =
        context()
            .parallelize(List.of(1), 1)
            .map(
                number -> {
                  new CountDownLatch(1).await();
                  return number;
                })
            .collectAsync();
    try {
      await().until(() -> context().statusTracker().getActiveJobIds().length > 0);
      SparkTrainer trainer = new SparkTrainer(settings(2, 1), TrainListener.SILENT);
      JavaRDD<Sample> samples = context().parallelize(sample(8), 2);
      assertThat(trainer.fit(samples, 3).result().epochs()).hasSize(1);
    } finally {
      other.cancel(true);
    }
  }

  /** The reading fails as a collective does, once. */
  @Test
  void fit_afterALostWorker_startsAgainToTheSameBits() {
    JavaRDD<Sample> samples = context().parallelize(sample(12), 2);
    byte[] undisturbed =
        new SparkTrainer(settings(2, 2), TrainListener.SILENT).fit(samples, 3).model();
    losses.set(1);
    JavaRDD<Sample> losing =
        samples.map(
            sample -> {
              if (losses.getAndDecrement() > 0) {
                throw new CommunicationException("a peer is gone");
              }
              return sample;
            });
    TrainConfig config = config("small", "sync", 2, 0);
    assertThat(new SparkTrainer(settings(config, 1, null), TrainListener.SILENT).fit(losing, 3))
        .extracting(SparkTrainer.Trained::model)
        .isEqualTo(undisturbed);
  }

  @Test
  void fit_resumedWhereAnotherWasInterrupted_endsWithTheBitsOfOneThatWasNot() {
    JavaRDD<Sample> samples = context().parallelize(sample(20), 5);
    byte[] undisturbed =
        new SparkTrainer(settings(2, 3), TrainListener.SILENT).fit(samples, 3).model();
    TrainConfig config = config("small", "sync", 3, 0);
    String store = directory.toString();
    TrainListener interrupting =
        new TrainListener() {
          @Override
          public void onEpoch(EpochMetrics metrics) {
            if (metrics.epoch() == 2) {
              throw new IllegalStateException("enough");
            }
          }
        };
    SparkTrainer first =
        new SparkTrainer(
            settings(config, 0, new CheckpointOptions(store, 0, 2, false)), interrupting);
    assertThatThrownBy(() -> first.fit(samples, 3)).hasMessage("enough");
    List<Integer> heard = new ArrayList<>();
    TrainListener listener =
        new TrainListener() {
          @Override
          public void onEpoch(EpochMetrics metrics) {
            heard.add(metrics.epoch());
          }
        };
    SparkTrainer second =
        new SparkTrainer(settings(config, 0, new CheckpointOptions(store, 0, 2, true)), listener);
    assertThat(second.fit(samples, 3).model()).isEqualTo(undisturbed);
    assertThat(heard).containsExactly(2, 3);
  }

  @Test
  void fit_leavesTheCallersJobDescription() {
    context().sc().setJobDescription("mine");
    try {
      new SparkTrainer(settings(2, 1), TrainListener.SILENT)
          .fit(context().parallelize(sample(8), 3), 3);
      assertThat(context().getLocalProperty("spark.job.description")).isEqualTo("mine");
    } finally {
      context().sc().setJobDescription(null);
    }
  }

  @Test
  void fit_modelOrNormThatCannotBe_saysSoBeforeAnyJob() {
    JavaRDD<Sample> untouchable =
        context()
            .parallelize(sample(8), 3)
            .map(
                sample -> {
                  throw new IllegalStateException("read");
                });
    for (TrainConfig config :
        List.of(config("nobodys", "sync", 1, 0), config("small", "sync:3", 1, 0))) {
      SparkTrainer trainer = new SparkTrainer(settings(2, config), TrainListener.SILENT);
      assertThatThrownBy(() -> trainer.fit(untouchable, 3))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void settings_withPatience_areRefused() {
    assertThatThrownBy(() -> settings(2, config("small", "sync", 1, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("patience: expected 0, since samples have no test loss to wait for, found 2");
  }

  @Test
  void fit_rddWithLabelOutOfRange_saysWhichAndTrainsNothing() {
    List<String> heard = new ArrayList<>();
    TrainListener listener =
        new TrainListener() {
          @Override
          public void onStep(int epoch, int step, int stepsPerEpoch) {
            heard.add("step");
          }
        };
    List<Sample> samples = new ArrayList<>(sample(6));
    samples.add(new Sample(new float[36], 3));
    SparkTrainer trainer = new SparkTrainer(settings(2, 1), listener);
    assertThatThrownBy(() -> trainer.fit(context().parallelize(samples, 2), 3))
        .hasMessageEndingWith(
            "cannot read this rank's samples: expected labels 0 to 2, found 3 at sample 3");
    assertThat(heard).isEmpty();
  }

  @Test
  void fit_rddThatThrowsWhatItDoesNotDeclare_saysWhat() {
    JavaRDD<Sample> broken =
        context()
            .parallelize(sample(8), 2)
            .map(
                sample -> {
                  if (TaskContext.getPartitionId() == 1) {
                    throw new IOException("corrupt record");
                  }
                  return sample;
                });
    SparkTrainer trainer = new SparkTrainer(settings(2, 1), TrainListener.SILENT);
    assertThatThrownBy(() -> trainer.fit(broken, 3))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("failed during ReadSamples: cannot read this rank's samples:")
        .hasMessageEndingWith("java.io.IOException: corrupt record");
  }

  private static JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(spark.sparkContext());
  }

  /** Class k is bright in the k-th pair of rows, among noise. */
  private static List<Sample> sample(int count) {
    Random random = new Random(1);
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              float[] values = new float[36];
              for (int v = 0; v < values.length; v++) {
                float signal = v / 12 == i % 3 ? 1 : 0;
                values[v] = signal + (float) random.nextGaussian() / 4;
              }
              return new Sample(values, i % 3);
            })
        .toList();
  }

  private static List<Row> rows(List<Sample> samples) {
    return samples.stream()
        .map(
            sample ->
                RowFactory.create(
                    Vectors.dense(
                        IntStream.range(0, 36).mapToDouble(v -> sample.values()[v]).toArray()),
                    (double) sample.label()))
        .toList();
  }

  private static Dataset<Row> frame(List<Sample> samples, int partitions) {
    return spark.createDataFrame(context().parallelize(rows(samples), partitions), VECTORS);
  }

  private static SparkTrainer.Settings settings(int workers, int epochs) {
    return settings(workers, config("small", "sync", epochs, 0));
  }

  private static SparkTrainer.Settings settings(int workers, TrainConfig config) {
    return new SparkTrainer.Settings(
        config, SHAPE, workers, workers, 0, Duration.ofSeconds(60), null);
  }

  private static SparkTrainer.Settings settings(
      TrainConfig config, int maxRestarts, @Nullable CheckpointOptions checkpoints) {
    return new SparkTrainer.Settings(
        config, SHAPE, 2, 2, maxRestarts, Duration.ofSeconds(60), checkpoints);
  }

  private static TrainConfig config(String model, String norm, int epochs, int patience) {
    return new TrainConfig(
        model,
        norm,
        "rows",
        null,
        0,
        Shards.UNEVEN,
        4,
        epochs,
        1,
        0.05,
        0.9,
        0,
        false,
        "constant",
        TrainConfig.DEFAULT.statistics(),
        patience,
        TrainConfig.DEFAULT.precision(),
        "none");
  }
}
