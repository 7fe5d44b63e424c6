package org.lockstep.checkpoint;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a file must hold.
 *
 * @param bytes its size
 * @param sha256 SHA-256 of its content, hexadecimal
 */
record FileDigest(long bytes, String sha256) {
  static FileDigest of(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return new FileDigest(content.length, HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return bytes + " bytes with SHA-256 " + sha256;
  }
}
