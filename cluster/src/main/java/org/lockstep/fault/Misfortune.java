package org.lockstep.fault;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/** The faults that strike the process or its thread and not its connections. */
final class Misfortune {
  /** Unlike any that a JVM or a shell gives. */
  static final int EXIT_CODE = 77;

  private Misfortune() {}

  /** Strikes; returns only from a delay, or when a suspended process was told to go on. */
  static void strike(FaultSpec fault) {
    switch (fault.kind()) {
      case KILL -> signal("KILL");
      case STOP -> signal("STOP");
      case EXIT -> Runtime.getRuntime().halt(EXIT_CODE);
      case THROW -> throw new IllegalStateException("the fault " + fault + " was asked for");
      case DELAY -> delay(fault.delay().toNanos());
      default -> throw new IllegalArgumentException(fault + " strikes a connection");
    }
  }

  /** By the system's command, since a JVM cannot signal itself, and waits for what comes of it. */
  private static void signal(String name) {
    String pid = String.valueOf(ProcessHandle.current().pid());
    try {
      new ProcessBuilder("kill", "-" + name, pid).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new IllegalStateException("cannot send SIG" + name + " to this process: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void delay(long nanos) {
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
    }
  }
}
