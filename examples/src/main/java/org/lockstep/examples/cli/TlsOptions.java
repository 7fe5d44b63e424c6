package org.lockstep.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lockstep.transport.TlsFiles;
import picocli.CommandLine.Option;

/** What the connections between worker processes are secured with. */
final class TlsOptions {
  private static final String PASSWORD = "LOCKSTEP_TLS_PASSWORD";

  private static final Set<PosixFilePermission> OWNER =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  @Option(
      names = "--tls-keystore",
      paramLabel = "FILE",
      description =
          "Secures all connections with TLS, in which both sides show a certificate: the PKCS#12"
              + " store of the workers' private key and certificate. On Spark spark.ssl.lockstep.*"
              + " says this.")
  private @Nullable Path keyStore;

  @Option(
      names = "--tls-truststore",
      paramLabel = "FILE",
      description = "PKCS#12 store of the authorities whose certificates are accepted.")
  private @Nullable Path trustStore;

  @Option(
      names = "--tls-password-file",
      paramLabel = "FILE",
      description =
          "The stores' password on one line, in a file that only its owner may read (default: the"
              + " environment's LOCKSTEP_TLS_PASSWORD).")
  private @Nullable Path passwordFile;

  /**
   * The files, or null if none are given.
   *
   * @throws UsageException if something is missing, or the password readable for others
   */
  @Nullable TlsFiles files() {
    if (keyStore == null && trustStore == null && passwordFile == null) {
      return null;
    }
    if (keyStore == null || trustStore == null) {
      throw new UsageException(
          "--tls-keystore, --tls-truststore: expected both or none, found only one; both sides of a"
              + " connection show a certificate and examine the other's");
    }
    return TlsFiles.of(
        keyStore.toAbsolutePath(),
        trustStore.toAbsolutePath(),
        new TlsFiles.Secret(passwordFile == null ? ofEnvironment() : read(passwordFile)));
  }

  private static String ofEnvironment() {
    return Optional.ofNullable(System.getenv(PASSWORD))
        .orElseThrow(
            () ->
                new UsageException(
                    "--tls-keystore: expected the stores' password in --tls-password-file or in "
                        + PASSWORD
                        + ", found neither"));
  }

  private static String read(Path file) {
    try {
      if (file.getFileSystem().supportedFileAttributeViews().contains("posix")
          && !OWNER.containsAll(Files.getPosixFilePermissions(file))) {
        throw new UsageException(
            "--tls-password-file: others than its owner may use %s; chmod 600 it".formatted(file));
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UsageException(
          "--tls-password-file: cannot read %s: %s".formatted(file, e.getMessage()));
    }
  }
}
