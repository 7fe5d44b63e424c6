package org.lockstep.examples;

import org.lockstep.examples.cli.Commands;

/** The main class of {@code bin/lockstep}. */
public final class Lockstep {
  private Lockstep() {}

  public static void main(String[] args) {
    // Through SLF4J, where simplelogger.properties quiets it: it warns of ND4J's older openblas.
    System.setProperty("org.bytedeco.javacpp.logger", "slf4j");
    System.exit(Commands.execute(System.getenv(), args));
  }
}
