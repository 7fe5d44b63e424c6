package org.lockstep.rendezvous;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.lockstep.comm.CommunicationException;
import org.lockstep.transport.ControlConnection;
import org.lockstep.transport.ControlListener;
import org.lockstep.transport.ControlServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver's side of a job: takes the joins of all ranks and tells each its peers, hands out
 * tasks, and on the first failure tells everybody to stop. It starts no processes.
 *
 * <p>A job fails once: after that nothing runs any more, and only {@link #close} is left to call.
 * Thread rule: one thread calls {@link #awaitMembers} and {@link #run}; {@link #fail}, {@link
 * #shutdown} and {@link #close} may come from any, and end a {@code run} under way.
 */
public final class Coordinator implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Coordinator.class);
  private static final Duration GOODBYE = Duration.ofSeconds(2);

  /** The rank of what comes from no member. */
  private static final int NOBODY = -1;

  private final CoordinatorOptions options;
  private final Roster roster;
  private final FlightReports reports;
  private final ScheduledExecutorService timer = DaemonThreads.timer("coordinator");
  private final FailureGate gate = new FailureGate(timer);
  private final CompletableFuture<Void> complete = new CompletableFuture<>();
  private final BlockingQueue<Received> inbox = new LinkedBlockingQueue<>();
  private final ControlServer server;
  private volatile String activity = "before all workers had joined";
  private volatile boolean closing;

  private record Received(int rank, ControlMessage message) {}

  private Coordinator(CoordinatorOptions options) {
    this.options = options;
    roster = new Roster(options.worldSize());
    reports = new FlightReports(options.worldSize());
    gate.decided().thenAccept(this::abort);
    server =
        ControlServer.bind(
            options.address(),
            options.key(),
            options.tls(),
            options.worldSize(),
            new ControlMessageCodec(),
            new Listener());
    long period = Heartbeats.periodNanos(options.silence());
    timer.scheduleWithFixedDelay(this::checkHeartbeats, period, period, TimeUnit.NANOSECONDS);
  }

  /**
   * Listens for members at once.
   *
   * @throws ClusterException if the address is taken or is not one of this machine
   */
  public static Coordinator start(CoordinatorOptions options) {
    try {
      return new Coordinator(options);
    } catch (CommunicationException e) {
      throw new ClusterException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Where members join. */
  public InetSocketAddress address() {
    return server.address();
  }

  /** The number of members. */
  public int worldSize() {
    return options.worldSize();
  }

  /**
   * Returns when every rank has joined.
   *
   * @throws ClusterException if one failed before, or did not come in time; the message names it
   */
  public void awaitMembers() throws InterruptedException {
    try {
      CompletableFuture.anyOf(complete, gate.decided())
          .get(options.joinTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new ClusterException(absence(roster.missing()), e, true);
    } catch (ExecutionException e) {
      throw new IllegalStateException("joining cannot fail with an exception", e);
    }
    throwIfFailed();
    activity = "before the first task";
  }

  /** The ranks that have not joined, or are gone. */
  public List<Integer> missing() {
    return roster.missing();
  }

  /** What the job is at, as the end of a sentence: "during Train", "between tasks". */
  public String activity() {
    return activity;
  }

  /**
   * Runs a task on every rank.
   *
   * @param taskClass what {@link TaskBody#run} is given on each
   * @param json likewise
   * @param events takes rank 0's events, on the calling thread
   * @return the results, as JSON, in rank order
   * @throws ClusterException as soon as the job has failed
   */
  public List<String> run(String taskClass, String json, Consumer<String> events)
      throws InterruptedException {
    activity = "during " + taskClass.substring(taskClass.lastIndexOf('.') + 1);
    boolean done = false;
    try {
      throwIfFailed();
      roster.broadcast(new ControlMessage.RunTask(taskClass, json));
      List<String> results = collect(events);
      activity = "between tasks";
      done = true;
      return results;
    } finally {
      if (!done) {
        roster.broadcast(new ControlMessage.Abort("the coordinator gave up " + activity));
      }
    }
  }

  /** Fails the job from outside; the first failure of all counts. */
  public void fail(Failure failure) {
    if (!closing) {
      log.debug("{}: {}", failure.cause(), failure.message());
      gate.report(failure);
    }
  }

  /** Asks all members to end, without waiting. */
  public void shutdown() {
    closing = true;
    ControlMessage shutdown = new ControlMessage.Shutdown();
    roster.broadcast(shutdown);
    inbox.add(new Received(NOBODY, shutdown));
  }

  /** Asks all members to end, waits a moment for them, and lets go of the port. */
  @Override
  public void close() {
    shutdown();
    try {
      roster.awaitEmpty(GOODBYE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.close();
    timer.shutdownNow();
  }

  private List<String> collect(Consumer<String> events) throws InterruptedException {
    String[] results = new String[options.worldSize()];
    for (int open = results.length; open > 0; ) {
      Received received = inbox.take();
      throwIfFailed();
      if (closing) {
        throw new ClusterException("the cluster was closed " + activity);
      }
      if (received.message instanceof ControlMessage.Event event) {
        events.accept(event.json());
      } else if (received.message instanceof ControlMessage.Done done) {
        results[received.rank] = done.json();
        open--;
      }
    }
    return Arrays.asList(results);
  }

  private void throwIfFailed() throws InterruptedException {
    Failure failure = gate.decided().getNow(null);
    if (failure != null) {
      throw failure.exception().with(reports.await(roster::missing));
    }
  }

  /** Tells everybody, the waiting {@link #run} too. */
  private void abort(Failure failure) {
    ControlMessage abort = new ControlMessage.Abort(failure.message());
    log.warn("Aborting all workers: {}", failure.message());
    roster.broadcast(abort);
    inbox.add(new Received(failure.rank(), abort));
  }

  private String absence(List<Integer> missing) {
    String ranks = missing.stream().map(String::valueOf).collect(Collectors.joining(", "));
    return "worker%s %s of %d did not join the coordinator at %s within %s s"
        .formatted(
            missing.size() == 1 ? "" : "s",
            ranks,
            options.worldSize(),
            address(),
            options.joinTimeout().toMillis() / 1e3);
  }

  private void checkHeartbeats() {
    for (int rank : roster.tick(Heartbeats.MISSABLE)) {
      double seconds = options.silence().toMillis() / 1e3;
      lost(rank, Failure.Cause.SILENT, "has sent no heartbeat for " + seconds + " s", "");
    }
  }

  private void lost(int rank, Failure.Cause cause, String what, String detail) {
    String message = roster.name(rank) + " " + what;
    fail(new Failure(rank, cause, message, detail));
  }

  /** What members say; runs on the transport's thread. */
  private final class Listener implements ControlListener<ControlMessage> {
    @Override
    public void onMessage(ControlConnection<ControlMessage> connection, ControlMessage message) {
      if (message instanceof ControlMessage.Join join) {
        onJoin(connection, join);
        return;
      }
      OptionalInt rank = roster.heard(connection);
      if (rank.isEmpty()) {
        log.warn("{} said {} before it joined", connection, message);
        connection.close();
      } else if (message instanceof ControlMessage.Failed failed) {
        onFailed(rank.getAsInt(), failed);
      } else if (message instanceof ControlMessage.Report report) {
        reports.add(rank.getAsInt(), report.collectives());
      } else if (!(message instanceof ControlMessage.Heartbeat)) {
        inbox.add(new Received(rank.getAsInt(), message));
      }
    }

    private void onJoin(ControlConnection<ControlMessage> connection, ControlMessage.Join join) {
      Optional<String> refusal =
          Optional.ofNullable(gate.decided().getNow(null))
              .map(Failure::message)
              .or(() -> roster.join(join, connection));
      if (refusal.isPresent()) {
        log.warn("Refused {}: {}", join, refusal.get());
        connection.send(new ControlMessage.Abort(refusal.get()));
      } else if (complete.isDone()) {
        connection.send(new ControlMessage.Welcome(roster.peers()));
      } else if (roster.missing().isEmpty()) {
        complete.complete(null);
        server.shut();
        roster.broadcast(new ControlMessage.Welcome(roster.peers()));
      }
    }

    private void onFailed(int rank, ControlMessage.Failed failed) {
      Failure.Cause cause = failed.collective() ? Failure.Cause.COLLECTIVE : Failure.Cause.TASK;
      lost(rank, cause, "failed " + activity + ": " + failed.message(), failed.detail());
    }

    @Override
    public void onClose(ControlConnection<ControlMessage> connection, String reason) {
      OptionalInt rank = roster.rankOf(connection);
      if (rank.isPresent() && complete.isDone()) {
        lost(rank.getAsInt(), Failure.Cause.CONNECTION, "left " + activity + ": " + reason, "");
      }
      roster.leave(connection);
      reports.changed();
    }
  }
}
