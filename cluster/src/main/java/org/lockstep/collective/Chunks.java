package org.lockstep.collective;

/**
 * A range of an array cut into one chunk a rank, as even as can be: the first {@code length mod p}
 * chunks hold one element more. Chunks may be empty.
 *
 * @param offset where the range begins
 * @param length its elements
 * @param count the chunks, p
 */
record Chunks(int offset, int length, int count) {
  /** Where chunk {@code i} begins. */
  int start(int i) {
    return offset + i * (length / count) + Math.min(i, length % count);
  }

  int size(int i) {
    return length / count + (i < length % count ? 1 : 0);
  }
}
