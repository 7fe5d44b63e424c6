package org.lockstep.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lockstep.preflight.Reach;
import picocli.CommandLine;

/** What doctor says of this machine. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DoctorCommandTest {
  private final StringWriter out = new StringWriter();

  @Test
  void execute_onAMachineThatServes_printsALineACheck() {
    assertThat(execute("doctor", "--workers", "1")).isZero();
    assertThat(out.toString())
        .startsWith("check ")
        .containsPattern("native libraries +ok +CpuBackend, oneDNN")
        .containsPattern("loopback +ok");
  }

  @Test
  void execute_withAProblem_printsItsSentenceAndEndsWithCode1() throws Exception {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (ServerSocket taken = Reach.listen(any)) {
      assertThat(execute("doctor", "--port", String.valueOf(taken.getLocalPort()))).isEqualTo(1);
    }
    assertThat(out.toString())
        .containsPattern("loopback +problem")
        .contains("\nproblem: --port: cannot listen on")
        .endsWith("give --port 0 for any free one\n");
  }

  private int execute(String... arguments) {
    CommandLine line = Commands.commandLine().setOut(new PrintWriter(out));
    return line.execute(arguments);
  }
}
