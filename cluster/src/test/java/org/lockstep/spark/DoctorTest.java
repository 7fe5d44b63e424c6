package org.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lockstep.preflight.Finding;
import org.lockstep.preflight.Reach;
import org.lockstep.rendezvous.ClusterException;

/** A local Spark application, whose one executor is this JVM. */
@Timeout(120)
class DoctorTest {
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
  void examine_aClusterThatServes_findsNoProblem() {
    List<Finding> findings = Doctor.examine(options("local[2]", 60_000, 0));
    assertThat(Finding.anyProblem(findings)).as("%s", findings).isFalse();
    assertThat(findings)
        .extracting(Finding::check)
        .containsExactly(
            "master",
            "dynamic allocation",
            "settings of cores",
            "slots",
            "TLS",
            "Lockstep",
            "Netty",
            "Scala",
            "native libraries",
            "threads",
            "cores",
            "container",
            "memory",
            "connections");
  }

  @Test
  void examine_tooFewSlots_asksThoseThereAre() {
    assertThat(Doctor.examine(options("local[1]", 10_000, 0)))
        .filteredOn(finding -> finding.severity() == Finding.Severity.PROBLEM)
        .singleElement()
        .satisfies(finding -> assertThat(finding.advice()).contains("take --workers 1"));
  }

  @Test
  void examine_settingsThatCannotWork_startsNoApplication() {
    System.setProperty("spark.dynamicAllocation.enabled", "true");
    assertThat(Doctor.examine(options("local[2]", 60_000, 0)))
        .extracting(Finding::check)
        .containsExactly("master", "dynamic allocation", "settings of cores");
  }

  @Test
  void examine_aMasterThatSparkRefuses_saysSo() {
    assertThat(Doctor.examine(options("local[none]", 60_000, 0)))
        .last()
        .satisfies(
            finding ->
                assertThat(finding.advice())
                    .startsWith("cannot start a Spark application on local[none]"));
  }

  @Test
  void start_withAPortThatIsTaken_namesItAndEndsTheApplication() throws Exception {
    try (ServerSocket taken =
        Reach.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      SparkClusterOptions options = options("local[2]", 60_000, taken.getLocalPort());
      assertThatThrownBy(() -> new SparkLauncher(options).start())
          .isInstanceOf(ClusterException.class)
          .hasMessageStartingWith("--port: cannot listen on 127.0.0.1 port " + options.port())
          .hasMessageContaining("--port 0");
    }
    Application.on(Application.configuration(options("local[1]", 60_000, 0))).close();
  }

  private static SparkClusterOptions options(String master, long timeoutMillis, int port) {
    return new SparkClusterOptions(master, 2, 2, Duration.ofMillis(timeoutMillis), port);
  }
}
