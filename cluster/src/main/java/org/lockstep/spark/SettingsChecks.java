package org.lockstep.spark;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.lockstep.preflight.Finding;
import org.lockstep.preflight.Reach;

/** What the configuration tells before there is an application. */
final class SettingsChecks {
  static final String TASK_CPUS = "spark.task.cpus";
  private static final String INSTANCES = "spark.executor.instances";
  private static final String DYNAMIC = "spark.dynamicAllocation.enabled";
  private static final String EXECUTOR_CORES = "spark.executor.cores";
  private static final String CORES_MAX = "spark.cores.max";
  private static final Pattern STANDALONE = Pattern.compile("spark://(.+:\\d+(,.+:\\d+)*)");

  private SettingsChecks() {}

  static List<Finding> of(SparkConf conf, int workers) {
    return List.of(master(conf), dynamicAllocation(conf), cores(conf, workers));
  }

  /**
   * Spark itself would wait for a minute: three registrations of 20 s, which no setting shortens.
   */
  private static Finding master(SparkConf conf) {
    String url = conf.get("spark.master");
    Matcher standalone = STANDALONE.matcher(url);
    if (!standalone.matches()) {
      return Finding.ok("master", url);
    }
    StringBuilder silent = new StringBuilder();
    for (String address : standalone.group(1).split(",")) {
      String failure = Reach.failure(address(address));
      if (failure.isEmpty()) {
        return Finding.ok("master", url);
      }
      silent.append(silent.isEmpty() ? "" : "; ").append(address).append(": ").append(failure);
    }
    return Finding.problem(
        "master",
        "no answer",
        "--master: expected a Spark master at %s, found none (%s); start one, or give the URL that its log and web page show"
            .formatted(url, silent));
  }

  private static InetSocketAddress address(String hostAndPort) {
    int colon = hostAndPort.lastIndexOf(':');
    return new InetSocketAddress(
        hostAndPort.substring(0, colon), Integer.parseInt(hostAndPort.substring(colon + 1)));
  }

  private static Finding dynamicAllocation(SparkConf conf) {
    if (!conf.getBoolean(DYNAMIC, false)) {
      return Finding.ok("dynamic allocation", "off");
    }
    return Finding.problem(
        "dynamic allocation",
        "on",
        DYNAMIC
            + ": expected false, found true; Spark runs barrier stages on a fixed number of"
            + " executors only; set "
            + DYNAMIC
            + "=false");
  }

  /** Settings that leave fewer slots than workers, however large the cluster is. */
  private static Finding cores(SparkConf conf, int workers) {
    int cpus = conf.getInt(TASK_CPUS, 1);
    return Finding.gravest(
        List.of(
            Finding.ok("settings of cores", TASK_CPUS + "=" + cpus),
            atLeast(conf, EXECUTOR_CORES, cpus, "a worker"),
            atLeast(conf, CORES_MAX, workers * cpus, workers + " workers"),
            atLeast(conf, INSTANCES, instances(conf, workers), workers + " workers")));
  }

  /** Executors for all workers; 0 where it is open how many workers one takes. */
  private static int instances(SparkConf conf, int workers) {
    int perExecutor = conf.getInt(EXECUTOR_CORES, 0) / conf.getInt(TASK_CPUS, 1);
    return perExecutor == 0 ? 0 : (workers + perExecutor - 1) / perExecutor;
  }

  private static Finding atLeast(SparkConf conf, String setting, int expected, String forWhat) {
    int found = conf.getInt(setting, Integer.MAX_VALUE);
    if (found >= expected) {
      return Finding.ok(setting, String.valueOf(found));
    }
    return Finding.problem(
        "settings of cores",
        setting + "=" + found,
        "%s: expected at least %d for %s with %s=%d, found %d; set %s=%d"
            .formatted(
                setting,
                expected,
                forWhat,
                TASK_CPUS,
                conf.getInt(TASK_CPUS, 1),
                found,
                setting,
                expected));
  }
}
