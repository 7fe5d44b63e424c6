package org.lockstep.spark;

import java.util.List;
import org.apache.spark.SparkConf;
import org.lockstep.preflight.Finding;
import org.lockstep.preflight.JvmFacts;

/**
 * Whether threads and memory fit where the executors are.
 *
 * @param conf of the application
 */
record ResourceChecks(SparkConf conf) {
  private static final String OMP = "OMP_NUM_THREADS";
  private static final String OVERHEAD = "spark.executor.memoryOverhead";

  Finding threads(Probe executor) {
    String expected = String.valueOf(taskCpus());
    String found = executor.jvm().threads();
    if (found.equals(expected)) {
      return Finding.ok("threads", OMP + "=" + found);
    }
    return Finding.warning(
        "threads",
        OMP + "=" + found,
        "%s on %s: expected %s, as %s says, found %s; set %s=%s"
            .formatted(
                OMP,
                executor.executor(),
                expected,
                SettingsChecks.TASK_CPUS,
                found.isEmpty() ? "none, which is a thread for each core" : found,
                isLocal() ? OMP : "spark.executorEnv." + OMP,
                expected));
  }

  /**
   * @param host the slots of one host
   * @param workers of a run that it may get
   */
  Finding cores(List<Probe> host, int workers) {
    int cores = host.get(0).jvm().cores();
    String found = "%d workers x %d threads on %d cores".formatted(workers, taskCpus(), cores);
    if (workers * taskCpus() <= cores) {
      return Finding.ok("cores", found);
    }
    return Finding.warning(
        "cores",
        found,
        "%s: expected at most a thread for each core, found %s; %s"
            .formatted(
                host.get(0).host(),
                found,
                isLocal()
                    ? "take local[" + cores + "] for a master"
                    : "set SPARK_WORKER_CORES=" + cores + " there, or a smaller spark.task.cpus"));
  }

  /** YARN and Kubernetes kill an executor that outgrows its container. */
  Finding container(Probe executor) {
    if (!conf.get("spark.master").matches("(yarn|k8s:).*")) {
      return Finding.ok("container", "none");
    }
    long heap = conf.getSizeAsMb("spark.executor.memory", "1g");
    long overhead = overhead(heap);
    long limit = executor.jvm().limitMb();
    String found = "%dm + %dm".formatted(heap, overhead);
    if (limit <= heap + overhead) {
      return Finding.ok("container", found);
    }
    return Finding.warning(
        "container",
        found,
        "%s: expected room for the %dm at which ND4J stops on %s, found a container of %dm, in which the executor is killed first; set %s=%dm, or spark.executor.extraJavaOptions=-D%s=%dm"
            .formatted(
                OVERHEAD,
                limit,
                executor.executor(),
                heap + overhead,
                OVERHEAD,
                limit - heap,
                JvmFacts.LIMIT,
                heap + overhead));
  }

  private long overhead(long heap) {
    long least = conf.getSizeAsMb("spark.executor.minMemoryOverhead", "384m");
    double share = heap * conf.getDouble("spark.executor.memoryOverheadFactor", 0.1);
    return conf.getSizeAsMb(OVERHEAD, Math.max(least, (long) share) + "m");
  }

  /**
   * @param host the executors of one host
   */
  Finding machine(List<Probe> host) {
    JvmFacts jvm = host.get(0).jvm();
    long all = host.stream().mapToLong(executor -> executor.jvm().limitMb()).sum();
    String found = "at most %dm of %dm".formatted(all, jvm.machineMb());
    if (all <= jvm.machineMb()) {
      return Finding.ok("memory", found);
    }
    return Finding.warning(
        "memory",
        found,
        "%s: expected at most its memory of %dm, found up to %dm for %d executors; set %s=-D%s=%dm"
            .formatted(
                host.get(0).host(),
                jvm.machineMb(),
                all,
                host.size(),
                isLocal() ? "spark.driver.extraJavaOptions" : "spark.executor.extraJavaOptions",
                JvmFacts.LIMIT,
                jvm.machineMb() / host.size()));
  }

  private int taskCpus() {
    return conf.getInt(SettingsChecks.TASK_CPUS, 1);
  }

  /** With a local master the driver is the executor. */
  private boolean isLocal() {
    return conf.get("spark.master").matches("local(\\[.*)?");
  }
}
