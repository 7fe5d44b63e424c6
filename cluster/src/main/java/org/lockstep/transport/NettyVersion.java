package org.lockstep.transport;

import io.netty.util.Version;
import java.util.stream.Collectors;

/** Which Netty this JVM runs on: its owner, Spark for one, may have brought another. */
public final class NettyVersion {
  /** The line whose event loops the transport is built on. */
  public static final String LINE = "4.2.";

  private NettyVersion() {}

  /** {@code 4.2.7.Final}; all of them where jars of several versions are mixed. */
  public static String here() {
    return Version.identify().values().stream()
        .filter(jar -> !jar.artifactId().startsWith("netty-tcnative"))
        .map(Version::artifactVersion)
        .map(version -> version.replaceFirst("\\.[0-9a-f]{7,}$", ""))
        .distinct()
        .sorted()
        .collect(Collectors.joining(" and "));
  }
}
