package org.lockstep.spark;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.lockstep.preflight.Finding;
import org.lockstep.preflight.Reach;
import org.lockstep.rendezvous.ClusterException;
import scala.reflect.ClassTag;

/**
 * Asks the executors what the driver cannot know: one barrier stage of {@link ProbeTask}s, which
 * puts a task on every slot at the same time.
 *
 * @param context the application
 * @param options of the run
 * @param peers whether executors try to reach each other
 */
record Examination(JavaSparkContext context, SparkClusterOptions options, boolean peers) {
  /**
   * @param slots that are asked, at least one
   */
  List<Finding> of(int slots) {
    String host = context.getConf().get("spark.driver.host");
    try (ServerSocket driver = Reach.listen(new InetSocketAddress(host, options.port()))) {
      JavaFutureAction<List<Probe>> stage =
          submit(slots, new ProbeTask(new InetSocketAddress(host, driver.getLocalPort()), peers));
      VersionChecks versions = VersionChecks.here();
      return ExecutorChecks.of(context.getConf(), options.workers(), versions, await(stage));
    } catch (IOException e) {
      return List.of(
          Finding.problem(
              "driver's port",
              String.valueOf(e.getMessage()),
              "--port: cannot listen on %s port %d: %s; give --port 0 for any free one, or set spark.driver.host to an address of this machine"
                  .formatted(host, options.port(), e.getMessage())));
    } catch (TimeoutException e) {
      String time = options.timeout().toMillis() / 1e3 + " s";
      return unreported(
          time, "--timeout: no report within " + time + "; give --timeout (setTimeout) more");
    } catch (ExecutionException e) {
      return unreported(
          "an error",
          "the executors cannot report: %s; give all hosts the driver's Spark, and take any other lockstep-spark.jar out of spark.executor.extraClassPath"
              .formatted(reason(e)));
    }
  }

  private static List<Finding> unreported(String found, String advice) {
    return List.of(Finding.problem("executors", found, advice));
  }

  private JavaFutureAction<List<Probe>> submit(int slots, ProbeTask task) {
    List<Integer> numbers = IntStream.range(0, slots).boxed().toList();
    ClassTag<Probe> probes = ClassTag.apply(Probe.class);
    RDD<Probe> stage =
        context.parallelize(numbers, slots).rdd().barrier().mapPartitions(task, false, probes);
    return Application.described(
        context.sc(),
        "Lockstep: examines " + slots + " slots",
        () -> stage.toJavaRDD().collectAsync());
  }

  private List<Probe> await(JavaFutureAction<List<Probe>> stage)
      throws ExecutionException, TimeoutException {
    try {
      return stage.get(options.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while the executors were examined", e);
    } finally {
      stage.cancel(true);
    }
  }

  /** Spark's message holds a stack trace; what went wrong stands in its second line, if any. */
  private static String reason(ExecutionException failure) {
    Throwable job = failure.getCause() == null ? failure : failure.getCause();
    return String.valueOf(job.getMessage())
        .lines()
        .limit(2)
        .reduce((first, second) -> second)
        .orElse(job.toString());
  }
}
