package org.lockstep.spark;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.lockstep.preflight.Finding;

/** What the executors report, held against the driver and the configuration. */
final class ExecutorChecks {
  private ExecutorChecks() {}

  /**
   * @param workers that a run would have
   * @param versions against the driver's
   * @param slots one report a slot, at least one
   */
  static List<Finding> of(SparkConf conf, int workers, VersionChecks versions, List<Probe> slots) {
    Collection<Probe> executors = executors(slots);
    ResourceChecks resources = new ResourceChecks(conf);
    Collection<List<Probe>> slotsByHost = byHost(slots);
    return List.of(
        gravest(executors, versions::build),
        gravest(executors, versions::netty),
        gravest(executors, versions::scala),
        gravest(executors, ExecutorChecks::libraries),
        gravest(executors, resources::threads),
        gravest(slotsByHost, host -> resources.cores(host, Math.min(workers, host.size()))),
        gravest(executors, resources::container),
        gravest(byHost(executors), resources::machine),
        gravest(slots, ExecutorChecks::connections));
  }

  private static <T> Finding gravest(Collection<T> all, Function<T, Finding> check) {
    return Finding.gravest(all.stream().map(check).toList());
  }

  private static Collection<Probe> executors(List<Probe> slots) {
    Map<String, Probe> executors = new TreeMap<>();
    slots.forEach(slot -> executors.putIfAbsent(slot.executor(), slot));
    return executors.values();
  }

  private static Collection<List<Probe>> byHost(Collection<Probe> probes) {
    return probes.stream()
        .collect(Collectors.groupingBy(Probe::host, TreeMap::new, Collectors.toList()))
        .values();
  }

  private static Finding libraries(Probe executor) {
    return executor
        .libraries()
        .finding(
            executor.executor() + " (" + executor.jvm().platform() + ")",
            "spark.executor.extraJavaOptions");
  }

  private static Finding connections(Probe slot) {
    return slot.unreached().isEmpty()
        ? Finding.ok("connections", "as far as they were tried")
        : Finding.problem(
            "connections", slot.unreached().size() + " failed", slot.unreached().get(0));
  }
}
