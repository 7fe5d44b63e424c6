package org.lockstep.transport;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;

/** Keys and certificates for tests. */
public final class Certificates {
  public static final String PASSWORD = "changeit";

  private final Path directory;
  private final X509Bundle authority;

  /** A new authority, whose stores go to {@code directory}. */
  public Certificates(Path directory) throws Exception {
    this.directory = directory;
    authority =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=an authority")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
  }

  /** The key of a process whose certificate holds. */
  public TlsFiles valid() throws Exception {
    return files("valid", certificate());
  }

  /** The same, but the certificate held until an hour ago. */
  public TlsFiles expired() throws Exception {
    Instant now = Instant.now();
    return files(
        "expired",
        certificate()
            .notBefore(now.minus(Duration.ofDays(2)))
            .notAfter(now.minus(Duration.ofHours(1))));
  }

  private static CertificateBuilder certificate() {
    return new CertificateBuilder().ecp256().subject("CN=a process");
  }

  private TlsFiles files(String name, CertificateBuilder certificate) throws Exception {
    Path keys = directory.resolve(name + ".p12");
    KeyStore own =
        certificate.buildIssuedBy(authority).toKeyStore("PKCS12", PASSWORD.toCharArray());
    write(own, keys);
    return TlsFiles.of(keys, trustStore(), new TlsFiles.Secret(PASSWORD));
  }

  /** A store that holds the authority's certificate and no key. */
  public Path trustStore() throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("authority", authority.getCertificate());
    Path file = directory.resolve("trusted.p12");
    write(trusted, file);
    return file;
  }

  private static void write(KeyStore store, Path file) throws Exception {
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD.toCharArray());
    }
  }
}
