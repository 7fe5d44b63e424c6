package org.lockstep.preflight;

import java.io.Serializable;
import org.lockstep.nn.layers.NativeLibraries;

/**
 * Whether a JVM has the native code that the layers need.
 *
 * @param loaded what; empty if that failed
 * @param failure why; empty if all was loaded
 */
public record Libraries(String loaded, String failure) implements Serializable {
  private static final String CHECK = "native libraries";

  /** Loads them; once in a JVM, later calls cost nothing. */
  public static Libraries load() {
    try {
      return new Libraries(NativeLibraries.load(), "");
    } catch (RuntimeException | LinkageError e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      return new Libraries("", root.toString());
    }
  }

  /**
   * @param where the JVM is
   * @param setting what tells that JVM a system property
   */
  public Finding finding(String where, String setting) {
    return failure.isEmpty()
        ? Finding.ok(CHECK, loaded)
        : Finding.problem(
            CHECK,
            "none",
            "%s cannot load the native libraries: %s; run on the platform that Lockstep was built for (-Dnative.platform of its build), or set %s=-Dorg.bytedeco.javacpp.cachedir=DIR, where programs may be written and run"
                .formatted(where, failure, setting));
  }
}
