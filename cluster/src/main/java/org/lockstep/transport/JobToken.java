package org.lockstep.transport;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The secret that the processes of one job share: 32 random bytes. It never shows in a message. */
public final class JobToken implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";

  private final byte[] bytes;

  private JobToken(byte[] bytes) {
    this.bytes = bytes;
  }

  public static JobToken random() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return new JobToken(bytes);
  }

  /**
   * The token that {@link #hex} wrote.
   *
   * @throws IllegalArgumentException if {@code hex} is not 64 hexadecimal digits
   */
  public static JobToken parse(String hex) {
    if (!hex.matches("[0-9a-fA-F]{" + 2 * BYTES + "}")) {
      throw new IllegalArgumentException("a job token is " + 2 * BYTES + " hexadecimal digits");
    }
    return new JobToken(HexFormat.of().parseHex(hex));
  }

  /** The secret itself, for an environment or a file that only its owner may read. */
  public String hex() {
    return HexFormat.of().formatHex(bytes);
  }

  /**
   * A token for one purpose, made of a secret that the processes share already.
   *
   * @param purpose tells this token from others that are made of the secret; no secret itself
   */
  public static JobToken derive(byte[] secret, String purpose) {
    return new JobToken(mac(secret, purpose.getBytes(StandardCharsets.UTF_8)));
  }

  /** HMAC-SHA-256 (RFC 2104) of the parts, one behind the other, with the token as key. */
  byte[] hmac(byte[]... parts) {
    return mac(bytes, parts);
  }

  private static byte[] mac(byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JobToken token && MessageDigest.isEqual(bytes, token.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "JobToken(secret)";
  }
}
