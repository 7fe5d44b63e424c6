package org.lockstep.spark;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.spark.SSLOptions;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkEnv;
import org.jspecify.annotations.Nullable;
import org.lockstep.preflight.Finding;
import org.lockstep.rendezvous.ClusterException;
import org.lockstep.transport.JobToken;
import org.lockstep.transport.Tls;
import org.lockstep.transport.TlsFiles;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What Spark's own settings say about the ranks' connections; the driver and the executors read the
 * same. With {@code spark.authenticate} the job's token is made of Spark's secret and does not
 * travel; else it goes to the executors as all tasks do. TLS is what {@code spark.ssl.lockstep.*}
 * says, and {@code spark.ssl.*} where that says nothing.
 */
final class SparkSecurity {
  private static final String NAMESPACE = "lockstep";

  private SparkSecurity() {}

  /**
   * How a rank comes by the job's token.
   *
   * @param job tells the jobs of one secret apart
   * @param given null: it is made of Spark's secret
   */
  record JobSecret(String job, @Nullable JobToken given) implements Serializable {
    JobToken token() {
      return given == null
          ? JobToken.derive(manager().getSecretKey().getBytes(StandardCharsets.UTF_8), job)
          : given;
    }
  }

  /** A new job's. */
  static JobSecret secret() {
    String job = "lockstep " + UUID.randomUUID();
    return new JobSecret(job, manager().isAuthenticationEnabled() ? null : JobToken.random());
  }

  private static SecurityManager manager() {
    return SparkEnv.get().securityManager();
  }

  /**
   * What connections are secured with.
   *
   * @throws ClusterException if a setting is missing, or a file not what it should be
   */
  static Tls tls() {
    SSLOptions options = manager().getSSLOptions(NAMESPACE);
    try {
      return Tls.of(options.enabled() ? files(options) : null);
    } catch (IllegalArgumentException e) {
      throw new ClusterException("spark.ssl: " + e.getMessage(), e);
    }
  }

  /** Whether the driver finds what TLS needs. */
  static Finding finding() {
    try {
      return Finding.ok("TLS", tls().equals(Tls.none()) ? "off" : "on");
    } catch (ClusterException e) {
      return Finding.problem("TLS", "cannot be set up", String.valueOf(e.getMessage()));
    }
  }

  private static TlsFiles files(SSLOptions options) {
    return new TlsFiles(
        store(options.keyStore(), "keyStore"),
        password(options.keyStorePassword()),
        store(options.trustStore(), "trustStore"),
        password(options.trustStorePassword()),
        options.keyStoreType().getOrElse(() -> "PKCS12"),
        options.protocol().isEmpty() ? List.of() : List.of(options.protocol().get()),
        List.copyOf(CollectionConverters.asJava(options.enabledAlgorithms())));
  }

  private static Path store(Option<java.io.File> file, String key) {
    if (file.isEmpty()) {
      throw new IllegalArgumentException(
          "TLS is enabled, but spark.ssl.%s.%s is not set".formatted(NAMESPACE, key));
    }
    return file.get().toPath();
  }

  private static TlsFiles.Secret password(Option<String> text) {
    return new TlsFiles.Secret(text.isEmpty() ? null : text.get());
  }
}
