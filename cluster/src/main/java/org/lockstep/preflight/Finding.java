package org.lockstep.preflight;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.lockstep.rendezvous.ClusterException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one check found.
 *
 * @param check what was looked at
 * @param severity whether a run can start
 * @param found in a few words
 * @param advice one sentence that names the setting and the value to give; empty where all is well
 */
public record Finding(String check, Severity severity, String found, String advice) {
  private static final Logger log = LoggerFactory.getLogger(Finding.class);

  /** How much a finding weighs. */
  public enum Severity {
    OK,
    /** A run starts, but is slow or in danger. */
    WARNING,
    /** No run can start. */
    PROBLEM
  }

  public static Finding ok(String check, String found) {
    return new Finding(check, Severity.OK, found, "");
  }

  public static Finding warning(String check, String found, String advice) {
    return new Finding(check, Severity.WARNING, found, advice);
  }

  public static Finding problem(String check, String found, String advice) {
    return new Finding(check, Severity.PROBLEM, found, advice);
  }

  /** The first of those that weigh most. */
  public static Finding gravest(List<Finding> findings) {
    return Collections.max(findings, Comparator.comparing(Finding::severity));
  }

  /** Whether one of them is a problem. */
  public static boolean anyProblem(List<Finding> findings) {
    return findings.stream().anyMatch(finding -> finding.severity == Severity.PROBLEM);
  }

  /**
   * Lets a run start: warnings are logged.
   *
   * @throws ClusterException the first problem's sentence
   */
  public static void admit(List<Finding> findings) {
    for (Finding finding : findings) {
      if (finding.severity == Severity.PROBLEM) {
        throw new ClusterException(finding.advice);
      }
      if (finding.severity == Severity.WARNING) {
        log.warn("{}", finding.advice);
      }
    }
  }
}
