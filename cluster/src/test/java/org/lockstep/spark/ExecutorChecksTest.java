package org.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lockstep.preflight.Finding.Severity.OK;
import static org.lockstep.preflight.Finding.Severity.PROBLEM;
import static org.lockstep.preflight.Finding.Severity.WARNING;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lockstep.preflight.Facts;
import org.lockstep.preflight.Finding;
import org.lockstep.preflight.JvmFacts;
import org.lockstep.preflight.Libraries;

/** A good executor on host a, and one on host b with something wrong. */
@Timeout(60)
class ExecutorChecksTest {
  private static final Libraries LIBRARIES = new Libraries("CpuBackend", "");
  private static final Probe A = probe("a:1", Facts.GOOD);

  private final SparkConf conf = new SparkConf(false).setMaster("spark://a:7077");

  @Test
  void of_executorsLikeTheDriver_isWell() {
    assertThat(findings(probe("b:1", Facts.GOOD)))
        .allSatisfy(finding -> assertThat(finding.severity()).isEqualTo(OK));
  }

  @Test
  void of_anotherBuild_isAProblem() {
    expect(
        probe("b:1", Facts.lockstep("b0")),
        PROBLEM,
        "Lockstep on b:1: expected build b1, as on the driver, found b0; take the other"
            + " lockstep-spark.jar out of spark.executor.extraClassPath");
  }

  @Test
  void of_aDriverWithoutABuild_doesNotCompareBuilds() {
    VersionChecks developer = new VersionChecks(Facts.lockstep("unpacked"), "2.13.17");
    assertThat(ExecutorChecks.of(conf, 2, developer, List.of(A)))
        .allSatisfy(finding -> assertThat(finding.severity()).isEqualTo(OK));
  }

  @ParameterizedTest
  @CsvSource({
    "4.2.9.Final, WARNING",
    "4.1.118.Final, PROBLEM",
    "4.2.7.Final and 4.2.9.Final, WARNING"
  })
  void of_anotherNetty_weighsByItsLine(String version, Finding.Severity severity) {
    expect(
        probe("b:1", Facts.netty(version)),
        severity,
        "Netty on b:1: expected 4.2.x and what the driver has, 4.2.7.Final, found " + version);
  }

  @ParameterizedTest
  @CsvSource({"2.13.13, WARNING", "2.12.20, PROBLEM"})
  void of_anotherScala_weighsByItsLine(String version, Finding.Severity severity) {
    expect(
        new Probe("b:1", Facts.GOOD, LIBRARIES, version, List.of()),
        severity,
        "Scala on b:1: expected 2.13.x and what the driver has, 2.13.17, found " + version);
  }

  @Test
  void of_anExecutorWithoutLibraries_isAProblem() {
    Libraries broken = new Libraries("", "java.lang.UnsatisfiedLinkError: no jnidnnl");
    expect(
        new Probe("b:1", Facts.GOOD, broken, "2.13.17", List.of()),
        PROBLEM,
        "b:1 (Linux amd64) cannot load the native libraries: java.lang.UnsatisfiedLinkError");
  }

  @ParameterizedTest
  @CsvSource({
    "8, 'expected 1, as spark.task.cpus says, found 8'",
    "'', 'expected 1, as spark.task.cpus says, found none'",
  })
  void of_otherThreadsThanTaskCpus_isAWarning(String threads, String found) {
    Finding finding = expect(probe("b:1", Facts.threads(threads)), WARNING, "OMP_NUM_THREADS on b");
    assertThat(finding.advice())
        .contains(found)
        .endsWith("set spark.executorEnv.OMP_NUM_THREADS=1");
  }

  @Test
  void of_moreSlotsThanCores_isAWarning() {
    List<Probe> slots =
        IntStream.range(0, 5).mapToObj(slot -> probe("b:" + slot % 2, Facts.GOOD)).toList();
    Finding finding = gravest(5, slots);
    assertThat(finding.severity()).isEqualTo(WARNING);
    assertThat(finding.advice())
        .startsWith("b: expected at most a thread for each core")
        .contains("5 workers x 1 threads on 4 cores", "set SPARK_WORKER_CORES=4");
  }

  @Test
  void of_moreSlotsThanCoresButFewWorkers_isWell() {
    List<Probe> slots = IntStream.range(0, 5).mapToObj(slot -> A).toList();
    assertThat(gravest(4, slots).severity()).isEqualTo(OK);
  }

  @Test
  void of_moreMemoryThanAContainer_namesBothSettings() {
    conf.setMaster("yarn").set("spark.executor.memory", "2g");
    Finding finding = expect(A, WARNING, "spark.executor.memoryOverhead: expected room for");
    assertThat(finding.advice())
        .contains(
            "found a container of 2432m",
            "set spark.executor.memoryOverhead=2048m",
            "spark.executor.extraJavaOptions=-Dorg.bytedeco.javacpp.maxphysicalbytes=2432m");
  }

  @ParameterizedTest
  @CsvSource({
    "spark.executor.memoryOverhead, 2048",
    "spark.executor.memoryOverhead, 2g",
    "spark.executor.memoryOverheadFactor, 1.0",
    "spark.executor.minMemoryOverhead, 2048",
  })
  void of_aContainerWithRoom_isWell(String setting, String value) {
    conf.setMaster("k8s://a:443").set("spark.executor.memory", "2g").set(setting, value);
    assertThat(gravest(1, List.of(A)).severity()).isEqualTo(OK);
  }

  @Test
  void of_moreMemoryThanTheMachine_isAWarning() {
    JvmFacts large = Facts.memory(4096, 6000);
    List<Probe> slots = List.of(probe("b:1", large), probe("b:2", large), probe("b:2", large));
    assertThat(gravest(3, slots).advice())
        .isEqualTo(
            "b: expected at most its memory of 6000m, found up to 8192m for 2 executors; set"
                + " spark.executor.extraJavaOptions=-Dorg.bytedeco.javacpp.maxphysicalbytes=3000m");
  }

  @Test
  void of_anExecutorThatReachesNobody_isAProblem() {
    List<String> unreached = List.of("b:1 does not reach the driver", "b:1 does not reach a:1");
    expect(
        new Probe("b:1", Facts.GOOD, LIBRARIES, "2.13.17", unreached),
        PROBLEM,
        "b:1 does not reach the driver");
  }

  private static Probe probe(String executor, JvmFacts jvm) {
    return new Probe(executor, jvm, LIBRARIES, "2.13.17", List.of());
  }

  private Finding expect(Probe wrong, Finding.Severity severity, String advice) {
    Finding finding = Finding.gravest(findings(wrong));
    assertThat(finding.severity()).isEqualTo(severity);
    assertThat(finding.advice()).startsWith(advice);
    return finding;
  }

  private List<Finding> findings(Probe second) {
    return findings(2, List.of(A, second));
  }

  private Finding gravest(int workers, List<Probe> slots) {
    return Finding.gravest(findings(workers, slots));
  }

  private List<Finding> findings(int workers, List<Probe> slots) {
    return ExecutorChecks.of(conf, workers, new VersionChecks(Facts.GOOD, "2.13.17"), slots);
  }
}
