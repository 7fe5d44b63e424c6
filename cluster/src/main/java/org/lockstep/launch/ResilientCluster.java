package org.lockstep.launch;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.lockstep.rendezvous.ClusterException;

/**
 * Workers that are started again, a number of times, when one of them was lost.
 *
 * <p>Thread rule: one thread; {@link #close} may come from any.
 */
public final class ResilientCluster implements AutoCloseable {
  private final Launcher launcher;
  private final int maxRestarts;
  private final Consumer<String> warnings;
  private final UnaryOperator<ClusterException> failures;
  private volatile @Nullable Cluster cluster;
  private volatile boolean closed;
  private int restarts;

  /**
   * Starts the workers.
   *
   * @param launcher closed with this
   * @param maxRestarts over the whole life of this
   * @param warnings takes a sentence about each restart, and what the ranks did last
   * @throws ClusterException if they cannot be started
   */
  public ResilientCluster(Launcher launcher, int maxRestarts, Consumer<String> warnings) {
    this(launcher, maxRestarts, warnings, failure -> failure);
  }

  /**
   * Starts the workers.
   *
   * @param failures sees each failure, and returns what is to be shown of it
   * @throws ClusterException if they cannot be started
   */
  public ResilientCluster(
      Launcher launcher,
      int maxRestarts,
      Consumer<String> warnings,
      UnaryOperator<ClusterException> failures) {
    this.launcher = launcher;
    this.maxRestarts = maxRestarts;
    this.warnings = warnings;
    this.failures = failures;
    boolean started = false;
    try {
      cluster = launcher.start();
      started = true;
    } finally {
      if (!started) {
        launcher.close();
      }
    }
  }

  /**
   * Has the workers do something, again with others when one was lost, or did not come.
   *
   * @throws ClusterException if a task failed by itself, or as often as may be
   */
  public <R> R run(Function<Cluster, R> work) {
    while (true) {
      try {
        return work.apply(present());
      } catch (ClusterException failure) {
        ClusterException e = failures.apply(failure);
        if (closed || !e.isLoss() || restarts == maxRestarts) {
          throw e;
        }
        restarts++;
        cluster = null;
        warnings.accept(
            "%s; starting the workers again, restart %d of at most %d%s"
                .formatted(e.getMessage(), restarts, maxRestarts, below(e)));
      }
    }
  }

  private static String below(ClusterException e) {
    String brief = e.report().brief();
    return brief.isEmpty() ? brief : System.lineSeparator() + brief.stripTrailing();
  }

  private Cluster present() {
    Cluster running = cluster;
    if (running == null) {
      running = launcher.start();
      cluster = running;
    }
    return running;
  }

  /** How often the workers were started again so far. */
  public int restarts() {
    return restarts;
  }

  /** What and where the workers are now. */
  public String description() {
    return present().description();
  }

  @Override
  public void close() {
    closed = true;
    Cluster running = cluster;
    if (running != null) {
      running.close();
    }
    launcher.close();
  }
}
