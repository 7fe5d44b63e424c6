package org.lockstep.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Makes byte sequences that are nearly right out of right ones, as fuzzers do: bits flipped, bytes
 * replaced by the ends of ranges, pieces lost, doubled or taken from another.
 */
public final class Mutator {
  private static final byte[] ENDS = {0, 1, -1, Byte.MIN_VALUE, Byte.MAX_VALUE};

  private final List<byte[]> corpus;
  private final RandomGenerator random;

  /**
   * @param corpus what is right
   */
  public Mutator(List<byte[]> corpus, RandomGenerator random) {
    this.corpus = new ArrayList<>(corpus);
    this.random = random;
  }

  /** One of the corpus with one to four changes; rarely with none that counts. */
  public byte[] next() {
    byte[] bytes = any().clone();
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      bytes = bytes.length == 0 ? any().clone() : change(bytes);
    }
    return bytes;
  }

  private byte[] any() {
    return corpus.get(random.nextInt(corpus.size()));
  }

  private byte[] change(byte[] bytes) {
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(5)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      case 1 -> bytes[at] = ENDS[random.nextInt(ENDS.length)];
      case 2 -> {
        return splice(bytes, at, any(), 0);
      }
      case 3 -> {
        return splice(bytes, at, bytes, random.nextInt(bytes.length));
      }
      default -> {
        for (int i = at; i < Math.min(bytes.length, at + Integer.BYTES); i++) {
          bytes[i] = (byte) random.nextInt();
        }
      }
    }
    return bytes;
  }

  /** The first {@code length} bytes of the one, then the other from {@code from} on. */
  private static byte[] splice(byte[] one, int length, byte[] other, int from) {
    byte[] result = new byte[length + other.length - from];
    System.arraycopy(one, 0, result, 0, length);
    System.arraycopy(other, from, result, length, other.length - from);
    return result;
  }
}
