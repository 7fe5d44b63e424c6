package org.lockstep.transport;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Transport layer security on every connection between two processes: what is sent is encrypted,
 * and both sides must show a certificate of an authority that the other trusts. The name in a
 * certificate is not compared with the address: executors come and go, and which job a process is
 * of is what the {@link Handshake}, inside, is for.
 */
public final class Tls {
  private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  private static final Tls NONE = new Tls(null, null);

  private final @Nullable SslContext calling;
  private final @Nullable SslContext called;

  private Tls(@Nullable SslContext calling, @Nullable SslContext called) {
    this.calling = calling;
    this.called = called;
  }

  /** Connections as they are. */
  public static Tls none() {
    return NONE;
  }

  /**
   * Reads keys and certificates.
   *
   * @param files null: none
   * @throws IllegalArgumentException if a file is missing, does not open with its password, or
   *     holds no key; the message says which
   */
  public static Tls of(@Nullable TlsFiles files) {
    return files == null ? none() : read(files);
  }

  private static Tls read(TlsFiles files) {
    KeyManagerFactory keys = keys(files);
    TrustManagerFactory trust = trust(files);
    try {
      SslContext calling =
          limited(SslContextBuilder.forClient().keyManager(keys), files)
              .trustManager(trust)
              .endpointIdentificationAlgorithm(null)
              .build();
      SslContext called =
          limited(SslContextBuilder.forServer(keys), files)
              .trustManager(trust)
              .clientAuth(ClientAuth.REQUIRE)
              .build();
      return new Tls(calling, called);
    } catch (SSLException | IllegalArgumentException e) {
      throw new IllegalArgumentException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  private static SslContextBuilder limited(SslContextBuilder builder, TlsFiles files) {
    return builder
        .sslProvider(SslProvider.JDK)
        .protocols(files.protocols().isEmpty() ? PROTOCOLS : files.protocols())
        .ciphers(files.ciphers().isEmpty() ? null : files.ciphers());
  }

  private static KeyManagerFactory keys(TlsFiles files) {
    KeyStore store = open(files.keyStore(), files.keyStorePassword(), files.storeType());
    try {
      requireKey(files.keyStore(), store);
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, files.keyStorePassword().chars());
      return keys;
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          files.keyStore() + ": the key does not open with the store's password", e);
    }
  }

  private static void requireKey(Path file, KeyStore store) throws GeneralSecurityException {
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias)) {
        return;
      }
    }
    throw new IllegalArgumentException(file + " holds no private key");
  }

  private static TrustManagerFactory trust(TlsFiles files) {
    KeyStore store = open(files.trustStore(), files.trustStorePassword(), files.storeType());
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      return trust;
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(files.trustStore() + ": " + e.getMessage(), e);
    }
  }

  private static KeyStore open(Path file, TlsFiles.Secret password, String type) {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance(type);
      store.load(in, password.chars());
      if (store.size() == 0) {
        throw new IllegalArgumentException(file + " holds neither a key nor a certificate");
      }
      return store;
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("there is no TLS store " + file, e);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "%s does not open as a %s store with its password: %s"
              .formatted(file, type, e.getMessage()),
          e);
    }
  }

  /** Encrypts what the handlers that are added after it send, and decrypts what they see. */
  void secure(ChannelPipeline pipeline, boolean isCalled) {
    SslContext context = isCalled ? called : calling;
    if (context != null) {
      pipeline.addLast(context.newHandler(pipeline.channel().alloc()));
    }
  }

  /** What went wrong on a connection, for a sentence. */
  static String reason(Throwable failure) {
    if (failure instanceof NotSslRecordException) {
      return "no TLS from the other side";
    }
    return failure instanceof DecoderException && failure.getCause() != null
        ? reason(failure.getCause())
        : String.valueOf(failure.getMessage());
  }
}
