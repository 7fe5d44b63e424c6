package org.lockstep.launch;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the checkpoints of a run are called: their order is that of the steps. No name is used
 * again, so what a restarted run saves after a step of which there is something already, whole or
 * not, has the number of the copy behind it: {@code step-00000012-2}.
 */
public final class CheckpointNames {
  private static final Pattern NAME =
      Pattern.compile("step-(\\d{8,18})(?:-([2-9]|[1-9]\\d{1,8}))?");

  private CheckpointNames() {}

  /**
   * The name of a copy.
   *
   * @param copy from 1 on
   */
  public static String of(long step, int copy) {
    return "step-%08d".formatted(step) + (copy == 1 ? "" : "-" + copy);
  }

  /** Whether a run may have given that name. */
  public static boolean isOne(String name) {
    return NAME.matcher(name).matches();
  }

  /** The step in the name of one. */
  static long step(String name) {
    return Long.parseLong(parts(name).group(1));
  }

  /** The copy in the name of one. */
  static int copy(String name) {
    String copy = parts(name).group(2);
    return copy == null ? 1 : Integer.parseInt(copy);
  }

  private static Matcher parts(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("expected the name of a checkpoint, found " + name);
    }
    return matcher;
  }
}
