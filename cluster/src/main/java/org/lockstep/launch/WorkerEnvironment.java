package org.lockstep.launch;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lockstep.fault.FaultSpec;
import org.lockstep.rendezvous.MemberOptions;
import org.lockstep.transport.JobKey;
import org.lockstep.transport.JobToken;
import org.lockstep.transport.Tls;
import org.lockstep.transport.TlsFiles;

/**
 * {@link MemberOptions} as environment variables. Secrets must not be on a command line, which
 * every user of a machine can read; the rest goes the same way.
 */
final class WorkerEnvironment {
  private static final String PREFIX = "LOCKSTEP_";

  private static final String TLS = PREFIX + "TLS";

  /** Between faults, since a layer's name may have blanks. */
  private static final String SEPARATOR = "\n";

  private WorkerEnvironment() {}

  static void write(MemberOptions options, Map<String, String> environment) {
    environment.put(PREFIX + "RANK", String.valueOf(options.rank()));
    environment.put(PREFIX + "COORDINATOR_HOST", options.coordinator().getHostString());
    environment.put(PREFIX + "COORDINATOR_PORT", String.valueOf(options.coordinator().getPort()));
    environment.put(PREFIX + "TOKEN", options.key().token().hex());
    environment.put(PREFIX + "ATTEMPT", String.valueOf(options.key().attempt()));
    environment.put(PREFIX + "HOST", options.host().getHostAddress());
    environment.put(PREFIX + "TIMEOUT", options.timeout().toString());
    environment.put(PREFIX + "SILENCE", options.silence().toString());
  }

  /**
   * What the others wrote, but for the faults.
   *
   * @throws IllegalArgumentException if a variable is missing or is not what it should be
   */
  static MemberOptions read(Map<String, String> environment) {
    return new MemberOptions(
        Integer.parseInt(value(environment, "RANK")),
        new InetSocketAddress(
            value(environment, "COORDINATOR_HOST"),
            Integer.parseInt(value(environment, "COORDINATOR_PORT"))),
        new JobKey(
            JobToken.parse(value(environment, "TOKEN")),
            Integer.parseInt(value(environment, "ATTEMPT"))),
        Tls.of(readTls(environment)),
        host(value(environment, "HOST")),
        Duration.parse(value(environment, "TIMEOUT")),
        Duration.parse(value(environment, "SILENCE")));
  }

  static void write(List<FaultSpec> faults, Map<String, String> environment) {
    if (!faults.isEmpty()) {
      environment.put(
          PREFIX + "FAULTS",
          faults.stream().map(String::valueOf).collect(Collectors.joining(SEPARATOR)));
    }
  }

  /** What was written of faults; none where nothing was. */
  static List<FaultSpec> readFaults(Map<String, String> environment) {
    String faults = environment.getOrDefault(PREFIX + "FAULTS", "");
    return Arrays.stream(faults.split(SEPARATOR))
        .filter(text -> !text.isEmpty())
        .map(FaultSpec::parse)
        .toList();
  }

  static void write(@Nullable TlsFiles tls, Map<String, String> environment) {
    if (tls != null) {
      environment.put(TLS, new TaskJson().write(tls));
    }
  }

  private static @Nullable TlsFiles readTls(Map<String, String> environment) {
    String json = environment.get(TLS);
    return json == null ? null : new TaskJson().read(json, TlsFiles.class);
  }

  private static InetAddress host(String name) {
    try {
      return InetAddress.getByName(name);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(PREFIX + "HOST: there is no host " + name, e);
    }
  }

  private static String value(Map<String, String> environment, String name) {
    String value = environment.get(PREFIX + name);
    if (value == null) {
      throw new IllegalArgumentException(
          PREFIX + name + " is not set; worker processes are started by LocalCluster");
    }
    return value;
  }
}
