package org.lockstep.comm;

/**
 * What one rank brings to a {@link Meeting}.
 *
 * @param verb the collective's name
 * @param detail what else must agree: the operation, the root, the size; may be empty
 * @param length elements that take part
 * @param tag the collective's tag
 * @param buffer the rank's own array
 * @param offset where its part begins
 * @param result where the result goes, often {@code buffer} itself
 */
record Call(
    String verb, Object detail, int length, OpTag tag, Object buffer, int offset, Object result) {

  /** The same call, but for the buffers. */
  boolean matches(Call other) {
    return verb.equals(other.verb)
        && detail.equals(other.detail)
        && length == other.length
        && tag.equals(other.tag);
  }

  double[] doubles() {
    return (double[]) buffer;
  }

  float[] floats() {
    return (float[]) buffer;
  }

  @Override
  public String toString() {
    return verb + " " + detail + " of " + length + " values for " + tag;
  }
}
