package org.lockstep.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lockstep.fault.FaultSpec;
import org.lockstep.transport.TlsFiles;

class LocalClusterOptionsTest {
  private final LocalClusterOptions options = LocalClusterOptions.of(2, Path.of("logs"));

  @Test
  void of_noWorkers_isRefused() {
    assertThatThrownBy(() -> LocalClusterOptions.of(0, Path.of("logs")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("workers: expected at least 1, found 0");
  }

  @Test
  void withPort_beyondTheLast_isRefused() {
    assertThatThrownBy(() -> options.withPort(65_536))
        .hasMessage("port: expected 0 (any free one) to 65535, found 65536");
  }

  @Test
  void withTimeout_zero_isRefused() {
    assertThatThrownBy(() -> options.withTimeout(Duration.ZERO))
        .hasMessageStartingWith("timeout: expected more than 0 s");
  }

  @Test
  void withHeap_notASize_isRefused() {
    assertThatThrownBy(() -> options.withHeap("much"))
        .hasMessage("heap: expected a size such as 512m, found much");
  }

  @Test
  void with_eachOption_changesThatOneAlone() {
    TlsFiles tls = TlsFiles.of(Path.of("k"), Path.of("t"), new TlsFiles.Secret("s"));
    LocalClusterOptions changed =
        options
            .withThreadsPerWorker(2)
            .withTimeout(Duration.ofSeconds(7))
            .withSilence(Duration.ofSeconds(3))
            .withPort(4000)
            .withHeap("1g")
            .withJvmFlags(List.of("-Dx=y"))
            .withFaults(List.of(FaultSpec.parse("kill:rank=1")))
            .withTls(tls);

    assertThat(changed)
        .isEqualTo(
            new LocalClusterOptions(
                2,
                2,
                Path.of("logs"),
                Duration.ofSeconds(7),
                Duration.ofSeconds(3),
                4000,
                "1g",
                List.of("-Dx=y"),
                options.classPath(),
                List.of(FaultSpec.parse("kill:rank=1")),
                tls));
  }
}
