package org.lockstep.transport;

import org.lockstep.comm.ReduceOp;

/** What a collective does, and to which type of number. */
public enum Action {
  ALL_REDUCE_SUM("allReduce SUM", "doubles", Double.BYTES),
  ALL_REDUCE_MAX("allReduce MAX", "doubles", Double.BYTES),
  ALL_REDUCE_MOMENTS("allReduce MOMENTS", "doubles", Double.BYTES),
  ALL_REDUCE_GRADIENTS("allReduce SUM", "floats", Float.BYTES),
  ALL_GATHER("allGather", "doubles", Double.BYTES),
  BROADCAST("broadcast", "floats", Float.BYTES);

  private final String text;
  private final String unit;
  private final int width;

  Action(String text, String unit, int width) {
    this.text = text;
    this.unit = unit;
    this.width = width;
  }

  public static Action of(ReduceOp op) {
    return switch (op) {
      case SUM -> ALL_REDUCE_SUM;
      case MAX -> ALL_REDUCE_MAX;
      case MOMENTS -> ALL_REDUCE_MOMENTS;
    };
  }

  String text() {
    return text;
  }

  String unit() {
    return unit;
  }

  /** Bytes of a number. */
  int width() {
    return width;
  }

  /** Whether it runs on the bandwidth lane's thread. */
  boolean overlaps() {
    return this == ALL_REDUCE_GRADIENTS || this == BROADCAST;
  }
}
