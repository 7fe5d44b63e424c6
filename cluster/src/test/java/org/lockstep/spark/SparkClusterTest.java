package org.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.lockstep.launch.Cluster;
import org.lockstep.launch.Endless;
import org.lockstep.launch.RankSum;
import org.lockstep.rendezvous.ClusterException;
import org.lockstep.transport.Certificates;
import org.lockstep.transport.Tls;
import org.lockstep.transport.TlsFiles;

/** Ranks as tasks of a local Spark application, whose one executor is this JVM. */
@Timeout(120)
class SparkClusterTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  @BeforeEach
  void configure() {
    System.setProperty("spark.ui.enabled", "false");
    System.setProperty("spark.driver.host", "127.0.0.1");
  }

  @AfterEach
  void forget() {
    System.getProperties().keySet().removeIf(key -> key.toString().startsWith("spark."));
  }

  @Test
  void run_ofSeveralTasks_runsEachOnAllRanks() {
    try (SparkLauncher launcher = new SparkLauncher(options("local[3]", 3));
        Cluster cluster = launcher.start()) {
      for (int factor = 1; factor <= 2; factor++) {
        List<RankSum.Sum> sums = cluster.run(new RankSum(factor), event -> {});
        double sum = factor * (0 + 1 + 2);
        assertThat(sums)
            .containsExactly(
                new RankSum.Sum(0, sum), new RankSum.Sum(1, sum), new RankSum.Sum(2, sum));
      }
      assertThat(cluster.description()).isEqualTo("3 barrier tasks on local[3]");
    }
  }

  @Test
  void run_withSparksSecretAndStores_usesThem(@TempDir Path directory) throws Exception {
    TlsFiles files = new Certificates(directory).valid();
    System.setProperty("spark.authenticate", "true");
    System.setProperty("spark.authenticate.secret", "a secret of this test");
    set("enabled", "true");
    set("keyStore", files.keyStore().toString());
    set("keyStorePassword", Certificates.PASSWORD);
    set("trustStore", files.trustStore().toString());
    set("trustStorePassword", Certificates.PASSWORD);
    set("keyStoreType", "PKCS12");
    set("trustStoreType", "PKCS12");
    try (SparkLauncher launcher = new SparkLauncher(options("local[2]", 2));
        Cluster cluster = launcher.start()) {
      assertThat(cluster.run(new RankSum(1), event -> {})).hasSize(2);
      assertThat(SparkSecurity.secret().given()).isNull();
      assertThat(SparkSecurity.tls()).isNotEqualTo(Tls.none());
    }
  }

  @Test
  void start_withTlsButNoStore_namesTheSetting() {
    set("enabled", "true");
    assertThatThrownBy(() -> start(options("local[2]", 2)))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("spark.ssl")
        .hasMessageContaining("keyStore is not set");
  }

  private static void set(String key, String value) {
    System.setProperty("spark.ssl.lockstep." + key, value);
  }

  @Test
  void start_withFewerSlotsThanWorkers_saysWhatToChange() {
    SparkClusterOptions options =
        new SparkClusterOptions("local[1]", 2, 2, Duration.ofMillis(200), 0);
    assertThatThrownBy(() -> start(options))
        .isInstanceOf(ClusterException.class)
        .hasMessage(
            "expected a slot on local[1] for each of 2 workers within 0.2 s, found 1; add"
                + " executors or cores, or take --workers 1 (setWorkers)");
  }

  @Test
  void start_withDynamicAllocation_namesTheSetting() {
    System.setProperty("spark.dynamicAllocation.enabled", "true");
    assertThatThrownBy(() -> start(options("local[2]", 2)))
        .isInstanceOf(ClusterException.class)
        .hasMessageStartingWith("spark.dynamicAllocation.enabled: expected false, found true");
  }

  @Test
  void run_whoseStageSparkCancels_failsAndIsNotTakenForALoss() {
    try (SparkLauncher launcher = new SparkLauncher(options("local[2]", 2));
        Cluster cluster = launcher.start()) {
      assertThatThrownBy(
              () ->
                  cluster.run(
                      new Endless(false), begun -> SparkContext.getOrCreate().cancelAllJobs()))
          .isInstanceOfSatisfying(ClusterException.class, e -> assertThat(e.isLoss()).isFalse())
          .hasMessageContaining("Spark ended the ranks' stage during Endless")
          .hasMessageContaining("cancelled");
    }
  }

  @Test
  void start_onAnRddThatSparkRefuses_saysWhyAtOnce() {
    SparkClusterOptions options = options("local[2]", 2);
    JavaSparkContext context =
        new JavaSparkContext(new SparkConf().setMaster("local[2]").setAppName("refused"));
    RankInput<Integer> united =
        new RankInput<>() {
          @Override
          public JavaRDD<Integer> partitions(JavaSparkContext at, int workers) {
            return at.parallelize(List.of(0), 1).union(at.parallelize(List.of(1), 1));
          }

          @Override
          public Reader<Integer> reader() {
            return RankInput.none().reader();
          }
        };
    try (context;
        SparkLauncher launcher = new SparkLauncher(options, united, context);
        Cluster cluster = launcher.start()) {
      assertThatThrownBy(() -> cluster.run(new RankSum(1), event -> {}))
          .isInstanceOf(ClusterException.class)
          .hasMessageContaining("Barrier execution mode does not allow");
    }
  }

  private static void start(SparkClusterOptions options) {
    try (SparkLauncher launcher = new SparkLauncher(options)) {
      launcher.start().close();
    }
  }

  private static SparkClusterOptions options(String master, int workers) {
    return new SparkClusterOptions(master, workers, workers, TIMEOUT, 0);
  }
}
