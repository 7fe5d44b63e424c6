package org.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.metrics.sink.PrometheusServlet;
import org.apache.spark.scheduler.ReplayListenerBus;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.lockstep.data.Shards;
import org.lockstep.launch.Cluster;
import org.lockstep.launch.TrainingRun;
import org.lockstep.nn.Precision;
import org.lockstep.train.EpochMetrics;
import org.lockstep.train.RunResult;
import org.lockstep.train.Statistics;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.TrainListener;

/** What Spark's own pages, metrics and event log say of training runs. */
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WatchedRunTest {
  private static final int WORKERS = 2;
  private static final int IMAGES = 200;
  private static final int BATCH = 10;
  private static final int STEPS = IMAGES / (WORKERS * BATCH);
  private static final String PROMETHEUS = PrometheusServlet.class.getName();
  private static final ObjectMapper json = new ObjectMapper();
  private final List<RunResult> runs = new ArrayList<>();

  private Path logs;
  private Pages pages;
  private String descriptionAfterwards;

  /** Answers of the application while it was still there. */
  private record Pages(JsonNode metrics, String prometheus, JsonNode jobs, JsonNode stages) {}

  /** Two runs on the same executors, and one after the workers were started again. */
  @BeforeAll
  void train(@TempDir Path directory) throws Exception {
    logs = directory;
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("watched")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.ui.port", "0")
            .set("spark.metrics.conf.*.sink.prometheusServlet.class", PROMETHEUS)
            .set("spark.metrics.conf.*.sink.prometheusServlet.path", "/metrics/prometheus")
            .set("spark.executorEnv.OMP_NUM_THREADS", "1")
            .set("spark.eventLog.enabled", "true")
            .set("spark.eventLog.rolling.enabled", "false")
            .set("spark.eventLog.compress", "false")
            .set("spark.eventLog.dir", logs.toUri().toString());
    SparkClusterOptions options =
        new SparkClusterOptions(null, WORKERS, WORKERS, Duration.ofSeconds(60), 0);
    try (JavaSparkContext spark = new JavaSparkContext(conf);
        SparkLauncher launcher = new SparkLauncher(options, RankInput.none(), spark)) {
      spark.sc().setJobDescription("the caller's");
      try (Cluster cluster = launcher.start()) {
        runs.add(run("sync", 2, cluster));
        runs.add(run("local", 1, cluster));
      }
      try (Cluster cluster = launcher.start()) {
        runs.add(run("group:4", 1, cluster));
      }
      descriptionAfterwards = spark.getLocalProperty("spark.job.description");
      spark.sc().listenerBus().waitUntilEmpty();
      pages = ask(spark);
    }
  }

  private static RunResult run(String norm, int epochs, Cluster cluster) {
    TrainConfig config =
        new TrainConfig(
            "small",
            norm,
            "digits",
            null,
            IMAGES,
            Shards.SHUFFLED,
            BATCH,
            epochs,
            1,
            0.05,
            0.9,
            0,
            false,
            "constant",
            Statistics.EMA,
            0,
            Precision.FLOAT32,
            "none");
    return new TrainingRun(config, null).on(cluster, TrainListener.SILENT);
  }

  private static Pages ask(JavaSparkContext spark) throws Exception {
    String ui = spark.sc().uiWebUrl().get();
    String api = ui + "/api/v1/applications/" + spark.sc().applicationId();
    return new Pages(
        json.readTree(get(ui + "/metrics/json/")),
        get(ui + "/metrics/prometheus/"),
        json.readTree(get(api + "/jobs")),
        json.readTree(get(api + "/stages?details=true")));
  }

  private static String get(String address) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(address)).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }

  @Test
  void metrics_afterRuns_areTheLastOnes() {
    EpochMetrics last = runs.get(2).lastEpoch();
    assertThat(gauge("workers").intValue()).isEqualTo(WORKERS);
    assertThat(gauge("restarts").intValue()).isEqualTo(1);
    assertThat(gauge("epoch").intValue()).isEqualTo(1);
    assertThat(gauge("step").intValue()).isBetween(1, STEPS);
    assertThat(gauge("trainLoss").doubleValue()).isEqualTo(last.trainLoss());
    assertThat(gauge("testLoss").doubleValue()).isEqualTo(last.testLoss());
    assertThat(gauge("testAccuracy").doubleValue()).isEqualTo(last.testAccuracy());
    assertThat(gauge("imagesPerSecond").doubleValue()).isEqualTo(last.imagesPerSecond());
    assertThat(gauge("collectiveSeconds").doubleValue()).isEqualTo(last.collectiveSeconds());
    assertThat(gauge("bytesSent").longValue()).isEqualTo(last.bytesSent());
  }

  private JsonNode gauge(String name) {
    List<JsonNode> found =
        pages.metrics().get("gauges").properties().stream()
            .filter(gauge -> gauge.getKey().endsWith(".driver.lockstep." + name))
            .map(gauge -> gauge.getValue().get("value"))
            .toList();
    assertThat(found).as(name).hasSize(1);
    return found.get(0);
  }

  @Test
  void metrics_asPrometheusReadsThem_haveTheGauges() {
    assertThat(pages.prometheus())
        .containsPattern("metrics_\\w+_driver_lockstep_workers_Value\\{type=\"gauges\"} 2\n");
  }

  @Test
  void jobs_ofRuns_sayModelNormAndEpochs() {
    assertThat(texts(pages.jobs(), "description"))
        .filteredOn(description -> description.contains("ranks"))
        .containsExactlyInAnyOrder(
            "Lockstep: small, sync, 2 epochs, 2 ranks",
            "Lockstep: small, local, 1 epochs, 2 ranks",
            "Lockstep: small, group:4, 1 epochs, 2 ranks, restart 1");
    assertThat(texts(pages.jobs(), "status")).containsOnly("SUCCEEDED");
    assertThat(descriptionAfterwards).isEqualTo("the caller's");
  }

  private static List<String> texts(JsonNode list, String field) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(entry -> entry.get(field).asText())
        .toList();
  }

  @Test
  void stages_ofRuns_countWhatTheRanksDid() {
    for (RunResult run : runs) {
      JsonNode stage = stage(run);
      int epochs = run.epochs().size();
      assertThat(counted(stage, "steps")).isEqualTo((long) WORKERS * epochs * STEPS);
      assertThat(counted(stage, "images")).isEqualTo(epochs * (long) IMAGES);
      assertThat(counted(stage, "bytesSent"))
          .isEqualTo(run.epochs().stream().mapToLong(EpochMetrics::bytesSent).sum());
      double waited = run.epochs().stream().mapToDouble(EpochMetrics::collectiveSeconds).sum();
      assertThat(counted(stage, "waitedNanos") / 1e9).isCloseTo(WORKERS * waited, within(1e-6));
    }
  }

  @Test
  void tasks_ofRuns_countWhatEachRankDid() {
    for (JsonNode task : stage(runs.get(0)).get("tasks")) {
      assertThat(counted(task, "steps")).isEqualTo(2L * STEPS);
      assertThat(counted(task, "images")).isEqualTo((long) IMAGES);
    }
  }

  private JsonNode stage(RunResult run) {
    return StreamSupport.stream(pages.stages().spliterator(), false)
        .filter(stage -> stage.get("description").asText().contains(run.config().norm()))
        .findFirst()
        .orElseThrow();
  }

  private static long counted(JsonNode stageOrTask, String name) {
    JsonNode all = stageOrTask.get("accumulatorUpdates");
    return StreamSupport.stream(all.spliterator(), false)
        .filter(counter -> counter.get("name").asText().equals("lockstep." + name))
        .findFirst()
        .orElseThrow()
        .get(stageOrTask.has("stageId") ? "value" : "update")
        .asLong();
  }

  @Test
  void eventLog_replayed_tellsTheRuns() throws IOException {
    Replayed replayed = replay(Thread.currentThread().getContextClassLoader());
    assertThat(replayed.whole).isTrue();
    assertThat(replayed.ended).isTrue();
    List<TrainingEvent> ofFirst = replayed.events.subList(0, 4);
    RunResult first = runs.get(0);
    TrainingEvent.Begun begun = (TrainingEvent.Begun) ofFirst.get(0);
    assertThat(begun)
        .usingRecursiveComparison()
        .ignoringFields("time", "job")
        .isEqualTo(
            new TrainingEvent.Begun(
                0, 0, "small", "sync", "digits", "SHUFFLED", BATCH, 2, 1, 0.05, WORKERS, 0, 0));
    assertThat(ofFirst).extracting(TrainingEvent::job).containsOnly(begun.job());
    for (int e = 0; e < 2; e++) {
      TrainingEvent.Epoch epoch = (TrainingEvent.Epoch) ofFirst.get(1 + e);
      assertThat(epoch.model() + " " + epoch.norm()).isEqualTo("small sync");
      assertThat(epoch)
          .usingRecursiveComparison()
          .ignoringFields("time", "job", "model", "norm")
          .isEqualTo(first.epochs().get(e));
    }
    TrainingEvent.Ended ended = (TrainingEvent.Ended) ofFirst.get(3);
    assertThat(ended)
        .isEqualTo(
            new TrainingEvent.Ended(ended.time(), begun.job(), "small", "sync", 2, first.digest()));
    assertThat(replayed.events)
        .filteredOn(TrainingEvent.Begun.class::isInstance)
        .extracting(event -> ((TrainingEvent.Begun) event).restarts())
        .containsExactly(0, 0, 1);
  }

  /** As a history server does, which has Spark's classes only. */
  @Test
  void eventLog_replayedWithoutOurClasses_passesOverTheEvents() throws IOException {
    Replayed replayed = replay(new SparkOnly());
    assertThat(replayed.whole).isTrue();
    assertThat(replayed.ended).isTrue();
    assertThat(replayed.events).isEmpty();
  }

  private Replayed replay(ClassLoader classes) throws IOException {
    List<Path> files;
    try (var found = Files.list(logs)) {
      files = found.filter(file -> !file.toString().endsWith(".crc")).toList();
    }
    assertThat(files).hasSize(1);
    Replayed heard = new Replayed();
    ReplayListenerBus bus = new ReplayListenerBus();
    bus.addListener(heard);
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(classes);
    try (InputStream log = Files.newInputStream(files.get(0))) {
      heard.whole = bus.replay(log, "log", false, ReplayListenerBus.SELECT_ALL_FILTER());
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
    return heard;
  }

  /** Collects what was logged. */
  private static final class Replayed extends SparkListener {
    private final List<TrainingEvent> events = new ArrayList<>();
    private boolean ended;
    private boolean whole;

    @Override
    public void onOtherEvent(SparkListenerEvent event) {
      if (event instanceof TrainingEvent ours) {
        events.add(ours);
      }
    }

    @Override
    public void onApplicationEnd(SparkListenerApplicationEnd end) {
      ended = true;
    }
  }

  /** All classes but Lockstep's. */
  private static final class SparkOnly extends ClassLoader {
    SparkOnly() {
      super(WatchedRunTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("org.lockstep.")) {
        throw new ClassNotFoundException(name);
      }
      return super.loadClass(name, resolve);
    }
  }
}
