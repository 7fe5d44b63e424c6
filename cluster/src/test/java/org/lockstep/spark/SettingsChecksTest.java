package org.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lockstep.preflight.Finding.Severity.OK;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lockstep.preflight.Finding;
import org.lockstep.preflight.Reach;

/** Four workers of two threads each. */
@Timeout(60)
class SettingsChecksTest {
  private static final int WORKERS = 4;

  @Test
  void of_settingsThatSuffice_isWell() {
    SparkConf conf =
        conf("local[8]")
            .set("spark.executor.cores", "4")
            .set("spark.cores.max", "8")
            .set("spark.executor.instances", "2");
    assertThat(SettingsChecks.of(conf, WORKERS))
        .allSatisfy(finding -> assertThat(finding.severity()).isEqualTo(OK));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "spark.dynamicAllocation.enabled=true | found true | set spark.dynamicAllocation.enabled=false",
        "spark.executor.cores=1 | expected at least 2 for a worker with spark.task.cpus=2, found 1 | set spark.executor.cores=2",
        "spark.cores.max=7 | expected at least 8 for 4 workers with spark.task.cpus=2, found 7 | set spark.cores.max=8",
        "spark.executor.cores=5,spark.executor.instances=1 | expected at least 2 for 4 workers | set spark.executor.instances=2",
      })
  void of_aSettingThatCannotWork_namesItAndItsValue(String settings, String found, String advice) {
    SparkConf conf = conf("local[8]");
    for (String setting : settings.split(",")) {
      conf.set(setting.split("=")[0], setting.split("=")[1]);
    }
    assertThat(problem(conf)).contains(found).endsWith(advice);
  }

  @Test
  void of_aMasterThatIsNotThere_namesTheOption() {
    assertThat(problem(conf("spark://127.0.0.1:1")))
        .startsWith("--master: expected a Spark master at spark://127.0.0.1:1, found none")
        .contains("127.0.0.1:1: Connection refused");
  }

  @Test
  void of_aHostThatIsNotThere_namesIt() {
    assertThat(problem(conf("spark://nowhere.invalid:7077")))
        .contains("there is no host nowhere.invalid");
  }

  @Test
  void of_severalMasters_isWellIfOneAnswers() throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (ServerSocket master = Reach.listen(any)) {
      SparkConf conf = conf("spark://127.0.0.1:1,127.0.0.1:" + master.getLocalPort());
      assertThat(Finding.anyProblem(SettingsChecks.of(conf, WORKERS))).isFalse();
    }
  }

  private static SparkConf conf(String master) {
    return new SparkConf(false).setMaster(master).set("spark.task.cpus", "2");
  }

  /** The advice of the one problem. */
  private static String problem(SparkConf conf) {
    List<Finding> problems =
        SettingsChecks.of(conf, WORKERS).stream()
            .filter(finding -> Finding.anyProblem(List.of(finding)))
            .toList();
    assertThat(problems).hasSize(1);
    return problems.get(0).advice();
  }
}
