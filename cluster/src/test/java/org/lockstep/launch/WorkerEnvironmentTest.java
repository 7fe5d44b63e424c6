package org.lockstep.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lockstep.fault.FaultSpec;
import org.lockstep.rendezvous.MemberOptions;
import org.lockstep.transport.Certificates;
import org.lockstep.transport.JobKey;
import org.lockstep.transport.JobToken;
import org.lockstep.transport.Tls;
import org.lockstep.transport.TlsFiles;

class WorkerEnvironmentTest {
  private static final InetAddress HOST = InetAddress.getLoopbackAddress();

  private final MemberOptions options =
      new MemberOptions(
          3,
          new InetSocketAddress(HOST, 40_000),
          new JobKey(JobToken.random(), 2),
          Tls.none(),
          HOST,
          Duration.ofMillis(1500),
          Duration.ofSeconds(5));
  private final Map<String, String> environment = new HashMap<>();

  @Test
  void read_whatWasWritten_givesTheSameOptions() {
    WorkerEnvironment.write(options, environment);

    assertThat(WorkerEnvironment.read(environment)).isEqualTo(options);
  }

  @Test
  void read_withoutOneVariable_namesIt() {
    WorkerEnvironment.write(options, environment);

    for (String name : environment.keySet()) {
      Map<String, String> without = new HashMap<>(environment);
      without.remove(name);
      assertThatThrownBy(() -> WorkerEnvironment.read(without))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(name);
    }
  }

  @Test
  void readFaults_layerWithABlank_givesWhatWasWritten() {
    List<FaultSpec> faults =
        List.of(FaultSpec.parse("kill:rank=0"), FaultSpec.parse("stop:rank=1,layer=test images"));
    WorkerEnvironment.write(faults, environment);

    assertThat(WorkerEnvironment.readFaults(environment)).isEqualTo(faults);
  }

  @Test
  void read_withTls_opensTheStores(@TempDir Path directory) throws Exception {
    WorkerEnvironment.write(options, environment);
    TlsFiles files = new Certificates(directory).valid();
    WorkerEnvironment.write(files, environment);

    assertThat(WorkerEnvironment.read(environment).tls()).isNotEqualTo(Tls.none());
    Files.delete(files.keyStore());
    assertThatThrownBy(() -> WorkerEnvironment.read(environment))
        .hasMessage("there is no TLS store " + files.keyStore());
  }

  @Test
  void command_ofAWorker_doesNotShowTheToken() {
    WorkerEnvironment.write(options, environment);

    assertThat(String.join(" ", WorkerCommand.of(LocalClusterOptions.of(4, Path.of("logs")), 3)))
        .contains(Worker.class.getName() + " 3")
        .doesNotContain(options.key().token().hex());
  }
}
