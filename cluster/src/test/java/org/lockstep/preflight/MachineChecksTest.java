package org.lockstep.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lockstep.preflight.Finding.Severity.OK;
import static org.lockstep.preflight.Finding.Severity.PROBLEM;
import static org.lockstep.preflight.Finding.Severity.WARNING;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lockstep.launch.LocalClusterOptions;

/** A machine of 4 cores and 16 000 MB. */
@Timeout(60)
class MachineChecksTest {
  @Test
  void of_thisMachine_hasNoProblem() {
    assertThat(MachineChecks.of(LocalClusterOptions.of(1, Path.of(""))))
        .allSatisfy(finding -> assertThat(finding.severity()).isNotEqualTo(PROBLEM))
        .anySatisfy(finding -> assertThat(finding.found()).contains("oneDNN"));
  }

  @Test
  void cores_asManyAsThreads_areEnough() {
    assertThat(MachineChecks.cores(Facts.GOOD, 2, 2).severity()).isEqualTo(OK);
  }

  @Test
  void cores_fewerThanThreads_namesTheNumberOfThreads() {
    Finding finding = MachineChecks.cores(Facts.GOOD, 2, 3);
    assertThat(finding.severity()).isEqualTo(WARNING);
    assertThat(finding.advice())
        .contains("expected at most 4 threads in all", "found 6", "give --threads 2");
  }

  @Test
  void cores_fewerThanWorkers_namesTheNumberOfWorkers() {
    assertThat(MachineChecks.cores(Facts.GOOD, 8, 1).advice()).contains("give --workers 4");
  }

  @Test
  void memory_forAllWorkers_isEnough() {
    assertThat(MachineChecks.memory(Facts.GOOD, 10, 800).severity()).isEqualTo(OK);
  }

  @Test
  void memory_forFewerWorkers_namesTheirNumber() {
    Finding finding = MachineChecks.memory(Facts.GOOD, 11, 800);
    assertThat(finding.severity()).isEqualTo(WARNING);
    assertThat(finding.advice()).contains("found up to 17600m", "give --workers 10");
  }

  @Test
  void loopback_withAFreePort_isReached() {
    assertThat(MachineChecks.loopback(0).severity()).isEqualTo(OK);
  }

  @Test
  void loopback_withATakenPort_namesTheOption() throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (ServerSocket taken = Reach.listen(any)) {
      Finding finding = MachineChecks.loopback(taken.getLocalPort());
      assertThat(finding.severity()).isEqualTo(PROBLEM);
      assertThat(finding.advice())
          .contains("port " + taken.getLocalPort() + ": Address already in use", "--port 0");
    }
  }

  @Test
  void libraries_thatDoNotLoad_areAProblemThatNamesTheSetting() {
    Libraries broken = new Libraries("", "java.lang.UnsatisfiedLinkError: no jnidnnl");
    Finding finding = broken.finding("this machine", "JAVA_TOOL_OPTIONS");
    assertThat(finding.severity()).isEqualTo(PROBLEM);
    assertThat(finding.advice())
        .contains("no jnidnnl", "JAVA_TOOL_OPTIONS=-Dorg.bytedeco.javacpp.cachedir=DIR");
  }
}
