package org.lockstep.transport;

import java.io.Serializable;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/** The secret that the processes of one job share: 32 random bytes. It never shows in a message. */
public final class JobToken implements Serializable {
  private static final long serialVersionUID = 1L;

  public static final int BYTES = 32;

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

  public byte[] bytes() {
    return bytes.clone();
  }

  /** Compares in a time that does not depend on where the tokens differ. */
  public boolean matches(byte[] other) {
    return MessageDigest.isEqual(bytes, other);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JobToken token && matches(token.bytes);
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
