package org.lockstep.transport;

import org.lockstep.comm.ReduceOp;

/** What a collective does, and to which type of number. */
public enum Action {
  ALL_REDUCE_SUM("allReduce SUM", "doubles"),
  ALL_REDUCE_MAX("allReduce MAX", "doubles"),
  ALL_REDUCE_MOMENTS("allReduce MOMENTS", "doubles"),
  ALL_REDUCE_GRADIENTS("allReduce SUM", "floats"),
  ALL_GATHER("allGather", "doubles"),
  BROADCAST("broadcast", "floats");

  private final String text;
  private final String unit;

  Action(String text, String unit) {
    this.text = text;
    this.unit = unit;
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
}
