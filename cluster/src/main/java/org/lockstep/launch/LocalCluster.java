package org.lockstep.launch;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.lockstep.rendezvous.ClusterException;
import org.lockstep.rendezvous.Coordinator;
import org.lockstep.rendezvous.CoordinatorOptions;
import org.lockstep.rendezvous.Failure;
import org.lockstep.rendezvous.MemberOptions;
import org.lockstep.transport.JobKey;
import org.lockstep.transport.JobToken;
import org.lockstep.transport.Tls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Worker processes on this machine, one JVM a rank, that run tasks together.
 *
 * <p>No process is left behind: {@link #close} and the end of this JVM end the workers, and a
 * worker whose launcher was killed notices the lost control connection. The first failure closes
 * the cluster. Thread rule: one thread calls {@link #run}; {@link #close} may come from any.
 */
public final class LocalCluster extends CoordinatedCluster {
  private static final Logger log = LoggerFactory.getLogger(LocalCluster.class);
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final LocalClusterOptions options;
  private final List<WorkerProcess> workers = new CopyOnWriteArrayList<>();
  private final Thread hook = new Thread(this::onJvmEnd, "lockstep-kill-workers");
  private final AtomicBoolean closed = new AtomicBoolean();

  private LocalCluster(LocalClusterOptions options, Coordinator coordinator) {
    super(coordinator);
    this.options = options;
  }

  /**
   * Starts the workers and waits until all have joined.
   *
   * @throws ClusterException if one ends, does not come in time, or the port is in use
   * @throws IllegalArgumentException as {@link Tls#of}
   */
  public static LocalCluster start(LocalClusterOptions options) {
    InetSocketAddress loopback =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), options.port());
    JobKey key = new JobKey(JobToken.random(), 0);
    Tls tls = Tls.of(options.tls());
    Coordinator coordinator =
        Coordinator.start(
            new CoordinatorOptions(
                options.workers(), loopback, key, tls, options.timeout(), options.silence()));
    LocalCluster cluster = new LocalCluster(options, coordinator);
    boolean started = false;
    try {
      cluster.startWorkers(key, tls);
      cluster.awaitWorkers();
      started = true;
      return cluster;
    } finally {
      if (!started) {
        cluster.close();
      }
    }
  }

  /** The workers' process ids, in rank order. */
  public List<Long> pids() {
    return workers.stream().map(worker -> worker.process().pid()).toList();
  }

  @Override
  public String description() {
    return options.workers() + " processes on one machine";
  }

  /** Ends the workers: asks first, kills what is left after a moment. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    coordinator().shutdown();
    awaitExits();
    killAll();
    awaitExits();
    coordinator().close();
    removeHook();
  }

  private void startWorkers(JobKey key, Tls tls) {
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      Files.createDirectories(options.logDirectory());
    } catch (IOException e) {
      throw new ClusterException(
          "cannot make the log directory " + options.logDirectory() + ": " + e, e);
    }
    for (int rank = 0; rank < options.workers(); rank++) {
      WorkerProcess worker =
          WorkerProcess.start(
              options,
              new MemberOptions(
                  rank,
                  coordinator().address(),
                  key,
                  tls,
                  coordinator().address().getAddress(),
                  options.timeout(),
                  options.silence()));
      workers.add(worker);
      worker.process().onExit().thenRun(() -> onExit(worker));
    }
  }

  private void awaitWorkers() {
    try {
      coordinator().awaitMembers();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while the workers started", e);
    } catch (ClusterException e) {
      throw e.getCause() instanceof TimeoutException ? withLogs(e) : e;
    }
  }

  private ClusterException withLogs(ClusterException absence) {
    String logs =
        coordinator().missing().stream()
            .map(rank -> workers.get(rank).log().toString())
            .collect(Collectors.joining(", "));
    return new ClusterException(absence.getMessage() + "; what they wrote: " + logs, absence);
  }

  private void onExit(WorkerProcess worker) {
    if (!closed.get()) {
      String message =
          "worker %d of %d (pid %d) %s %s; its log: %s"
              .formatted(
                  worker.rank(),
                  options.workers(),
                  worker.process().pid(),
                  worker.ending(),
                  coordinator().activity(),
                  worker.log());
      coordinator().fail(new Failure(worker.rank(), Failure.Cause.EXIT, message, ""));
    }
  }

  private void awaitExits() {
    long deadline = System.nanoTime() + GRACE_NANOS;
    try {
      for (WorkerProcess worker : workers) {
        worker.awaitExit(deadline);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ctrl-C reaches the workers as well: their ends are no failures then. */
  private void onJvmEnd() {
    closed.set(true);
    killAll();
  }

  /** SIGKILL: reaches a suspended process too, and needs none of the locks of {@link #close}. */
  private void killAll() {
    workers.forEach(worker -> worker.process().destroyForcibly());
  }

  private void removeHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      log.debug("This JVM is ending, the hook runs already");
    }
  }
}
