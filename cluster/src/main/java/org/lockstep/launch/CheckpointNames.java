package org.lockstep.launch;

/** What the checkpoints of a run are called: their order is that of the steps. */
public final class CheckpointNames {
  private CheckpointNames() {}

  static String of(long step) {
    return "step-%08d".formatted(step);
  }

  /** Whether a run may have given that name. */
  public static boolean isOne(String name) {
    return name.matches("step-\\d{8,}");
  }
}
