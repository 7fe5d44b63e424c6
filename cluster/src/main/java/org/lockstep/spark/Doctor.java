package org.lockstep.spark;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.lockstep.preflight.Finding;
import org.lockstep.rendezvous.ClusterException;

/** The checks of a Spark cluster without a run. */
public final class Doctor {
  private Doctor() {}

  /**
   * Starts an application, has it examined and ends it. Besides what {@link SparkLauncher#start}
   * checks, the executors try to reach each other.
   *
   * @return all findings; those of the executors only where the settings leave a chance
   */
  public static List<Finding> examine(SparkClusterOptions options) {
    SparkConf conf = Application.configuration(options);
    List<Finding> findings = new ArrayList<>(SettingsChecks.of(conf, options.workers()));
    if (!Finding.anyProblem(findings)) {
      try (Application application = Application.on(conf)) {
        findings.addAll(application.examine(options, true));
      } catch (ClusterException e) {
        findings.add(Finding.problem("application", "none", String.valueOf(e.getMessage())));
      }
    }
    return findings;
  }
}
