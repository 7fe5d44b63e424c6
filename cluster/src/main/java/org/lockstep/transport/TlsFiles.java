package org.lockstep.transport;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a process finds what it needs for {@link Tls}.
 *
 * @param keyStore the process's private key, with its certificate and those up to the authority
 * @param keyStorePassword opens {@code keyStore}, and the key in it
 * @param trustStore certificates of the authorities whose certificates are accepted
 * @param trustStorePassword opens {@code trustStore}
 * @param storeType of both, as Java names it: PKCS12, JKS
 * @param protocols that are allowed; empty: TLSv1.3 and TLSv1.2
 * @param ciphers that are allowed; empty: the JDK's
 */
public record TlsFiles(
    Path keyStore,
    Secret keyStorePassword,
    Path trustStore,
    Secret trustStorePassword,
    String storeType,
    List<String> protocols,
    List<String> ciphers) {
  public TlsFiles {
    protocols = List.copyOf(protocols);
    ciphers = List.copyOf(ciphers);
  }

  /** PKCS#12 stores with the same password. */
  public static TlsFiles of(Path keyStore, Path trustStore, Secret password) {
    return new TlsFiles(keyStore, password, trustStore, password, "PKCS12", List.of(), List.of());
  }

  /** A password, which does not show where it is printed. */
  public record Secret(@Nullable String text) {
    char @Nullable [] chars() {
      return text == null ? null : text.toCharArray();
    }

    @Override
    public String toString() {
      return "Secret";
    }
  }
}
