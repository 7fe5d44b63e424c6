package org.lockstep.preflight;

/** JVMs to examine: a good one, and what one of its facts makes of it. */
public final class Facts {
  public static final JvmFacts GOOD =
      new JvmFacts("b1", "17.0.15", "Linux amd64", "4.2.7.Final", "1", 4, 4096, 16_000);

  private Facts() {}

  public static JvmFacts lockstep(String build) {
    return new JvmFacts(build, "17.0.15", "Linux amd64", "4.2.7.Final", "1", 4, 4096, 16_000);
  }

  public static JvmFacts netty(String version) {
    return new JvmFacts("b1", "17.0.15", "Linux amd64", version, "1", 4, 4096, 16_000);
  }

  public static JvmFacts threads(String number) {
    return new JvmFacts("b1", "17.0.15", "Linux amd64", "4.2.7.Final", number, 4, 4096, 16_000);
  }

  public static JvmFacts memory(long limitMb, long machineMb) {
    return new JvmFacts("b1", "17.0.15", "Linux amd64", "4.2.7.Final", "1", 4, limitMb, machineMb);
  }
}
