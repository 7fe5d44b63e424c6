package org.lockstep.examples;

import org.lockstep.examples.cli.Commands;

/** The main class of {@code bin/lockstep}. */
public final class Lockstep {
  private Lockstep() {}

  public static void main(String[] args) {
    System.exit(Commands.commandLine().execute(args));
  }
}
