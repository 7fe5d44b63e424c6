package org.lockstep.spark;

import org.lockstep.preflight.Finding;
import org.lockstep.preflight.JvmFacts;
import org.lockstep.transport.NettyVersion;
import scala.util.Properties;

/**
 * Whether an executor runs the same code as the driver.
 *
 * @param driver its JVM
 * @param driverScala version there
 */
record VersionChecks(JvmFacts driver, String driverScala) {
  private static final String SCALA_LINE = "2.13.";

  /** Against this JVM. */
  static VersionChecks here() {
    return new VersionChecks(JvmFacts.here(), Properties.versionNumberString());
  }

  Finding build(Probe executor) {
    String found = executor.jvm().lockstep();
    if (driver.isUnpacked() || driver.lockstep().equals(found)) {
      return Finding.ok("Lockstep", "build " + found);
    }
    return Finding.problem(
        "Lockstep",
        "build " + found,
        "Lockstep on %s: expected build %s, as on the driver, found %s; take the other lockstep-spark.jar out of spark.executor.extraClassPath and of the folder jars of Spark there"
            .formatted(executor.executor(), driver.lockstep(), found));
  }

  Finding netty(Probe executor) {
    return version("Netty", NettyVersion.LINE, driver.netty(), executor.jvm().netty(), executor);
  }

  Finding scala(Probe executor) {
    return version("Scala", SCALA_LINE, driverScala, executor.scala(), executor);
  }

  private static Finding version(
      String library, String line, String expected, String found, Probe executor) {
    if (expected.equals(found) && found.startsWith(line)) {
      return Finding.ok(library, found);
    }
    String advice =
        "%s on %s: expected %sx and what the driver has, %s, found %s; give all hosts the driver's Spark, and take other jars of %s out of spark.executor.extraClassPath"
            .formatted(library, executor.executor(), line, expected, found, library);
    return found.startsWith(line)
        ? Finding.warning(library, found, advice)
        : Finding.problem(library, found, advice);
  }
}
