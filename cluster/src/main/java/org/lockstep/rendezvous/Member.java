package org.lockstep.rendezvous;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lockstep.collective.NettyCommunicator;
import org.lockstep.comm.CommunicationException;
import org.lockstep.comm.Communicator;
import org.lockstep.fault.FaultPoint;
import org.lockstep.fault.Faults;
import org.lockstep.transport.ControlClient;
import org.lockstep.transport.ControlConnection;
import org.lockstep.transport.ControlListener;
import org.lockstep.transport.Endpoint;
import org.lockstep.transport.FlightRecorder;
import org.lockstep.transport.Membership;
import org.lockstep.transport.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's side of a job: joins, connects to the other ranks and runs the tasks that come, one
 * after the other, on a thread of its own (the rank's thread). Heartbeats have their own thread
 * too, so that a long step is not taken for a death.
 *
 * <p>All threads are daemons: once {@link #serve} returns or throws, nothing of a member keeps its
 * JVM alive, not even a task that does not stop.
 */
public final class Member {
  private static final Logger log = LoggerFactory.getLogger(Member.class);
  private static final int JOIN_ATTEMPTS = 10;
  private static final Duration JOIN_PAUSE = Duration.ofMillis(200);
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final MemberOptions options;
  private final TaskBody body;
  private final @Nullable Faults faults;
  private final CompletableFuture<End> ended = new CompletableFuture<>();
  private final BlockingQueue<ControlMessage.RunTask> tasks = new LinkedBlockingQueue<>();
  private volatile @Nullable ControlConnection<ControlMessage> connection;
  private volatile @Nullable Communicator communicator;
  private volatile Supplier<ControlMessage.Report> lastWords =
      () -> new ControlMessage.Report(List.of());

  /** How the job ended for this rank: in order, or for a reason. */
  private record End(boolean orderly, String reason) {}

  public Member(MemberOptions options, TaskBody body) {
    this(options, body, null);
  }

  /** A member that meets faults; null: none. */
  public Member(MemberOptions options, TaskBody body, @Nullable Faults faults) {
    this.options = options;
    this.body = body;
    this.faults = faults;
  }

  /**
   * Takes part in the job until the coordinator says it is over.
   *
   * @throws ClusterException if the rank cannot join, the job fails or the coordinator is gone
   */
  public void serve() throws InterruptedException {
    ScheduledExecutorService heart = DaemonThreads.timer("heartbeat");
    long period = Heartbeats.periodNanos(options.silence());
    heart.scheduleAtFixedRate(this::beat, period, period, TimeUnit.NANOSECONDS);
    try (ControlClient client = new ControlClient()) {
      Thread rank = start(client);
      End end = awaitEnd();
      rank.interrupt();
      rank.join(GRACE.toMillis());
      if (!end.orderly) {
        throw new ClusterException(end.reason);
      }
    } finally {
      heart.shutdownNow();
    }
  }

  /** An interrupt ends the rank, and lets the others know. */
  private End awaitEnd() {
    try {
      return ended.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      end(new End(false, "rank " + options.rank() + " was cancelled"));
    } catch (ExecutionException e) {
      throw new IllegalStateException("ending cannot fail with an exception", e);
    }
    return ended.join();
  }

  /** Joins and starts the rank's thread, which connects to the peers and closes what it opened. */
  private Thread start(ControlClient client) throws InterruptedException {
    Endpoint endpoint =
        faults == null
            ? Endpoint.bind(options.host(), options.tls())
            : Endpoint.bind(options.host(), options.tls(), faults.wire());
    boolean joined = false;
    try {
      List<Peer> peers = join(client, endpoint.address());
      joined = true;
      return DaemonThreads.start("rank-" + options.rank(), () -> work(endpoint, peers));
    } finally {
      if (!joined) {
        endpoint.close();
      }
    }
  }

  private List<Peer> join(ControlClient client, InetSocketAddress data)
      throws InterruptedException {
    var join =
        new ControlMessage.Join(options.rank(), ProcessHandle.current().pid(), Peer.of(data));
    for (int attempt = 1; ; attempt++) {
      Link link = new Link(join);
      try {
        client.connect(
            options.coordinator(),
            options.key(),
            options.tls(),
            new ControlMessageCodec(),
            link,
            options.timeout());
        return awaitPeers(link);
      } catch (CommunicationException e) {
        if (attempt == JOIN_ATTEMPTS || e instanceof RefusedException) {
          throw new ClusterException("rank " + options.rank() + " " + e.getMessage(), e);
        }
        log.info("Joining again, attempt {} failed: {}", attempt, e.getMessage());
        Thread.sleep(JOIN_PAUSE.toMillis());
      }
    }
  }

  private List<Peer> awaitPeers(Link link) throws InterruptedException {
    try {
      CompletableFuture.anyOf(link.peers, ended)
          .get(options.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new CommunicationException("lost the coordinator: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new ClusterException("not all ranks joined within " + options.timeout(), e);
    }
    if (ended.isDone()) {
      throw new ClusterException("the job ended before all had joined: " + ended.join().reason);
    }
    return link.peers.join();
  }

  private void work(Endpoint endpoint, List<Peer> peers) {
    Membership membership =
        new Membership(
            options.rank(),
            peers.stream().map(Peer::address).toList(),
            options.key(),
            options.timeout());
    try (body;
        Communicator ranks = connect(endpoint, membership)) {
      communicator = ranks;
      while (!ended.isDone()) {
        run(tasks.take(), ranks);
      }
    } catch (InterruptedException e) { // serve ends this thread so; it has nothing left to do
      log.debug("Rank {} ends", options.rank());
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private Communicator connect(Endpoint endpoint, Membership membership) {
    if (faults == null) {
      return recorded(NettyCommunicator.connect(endpoint, membership));
    }
    try {
      faults.reached(FaultPoint.RENDEZVOUS, 0);
    } catch (RuntimeException e) {
      endpoint.close();
      throw e;
    }
    return faults.around(recorded(NettyCommunicator.connect(endpoint, membership)));
  }

  /** The same ranks, of whose collectives this one can tell. */
  private NettyCommunicator recorded(NettyCommunicator ranks) {
    FlightRecorder recorder = ranks.recorder();
    lastWords = () -> ControlMessage.Report.of(recorder.recent(), ranks.worldSize());
    body.joined(recorder);
    return ranks;
  }

  private void run(ControlMessage.RunTask task, Communicator ranks) throws InterruptedException {
    try {
      String result =
          body.run(
              task.taskClass(), task.json(), ranks, event -> send(new ControlMessage.Event(event)));
      send(new ControlMessage.Done(result));
    } catch (InterruptedException e) {
      fail(e);
      throw e;
    } catch (Throwable e) {
      fail(e);
    }
  }

  /** Reports what went wrong here, unless it only went wrong because the job had ended. */
  private void fail(Throwable failure) {
    log.error("Rank {} failed", options.rank(), failure);
    if (ended.isDone()) {
      return;
    }
    send(lastWords.get());
    send(TaskFailure.of(failure));
  }

  private void beat() {
    send(new ControlMessage.Heartbeat());
  }

  private void send(ControlMessage message) {
    ControlConnection<ControlMessage> open = connection;
    if (open != null) {
      open.send(message);
    }
  }

  private void end(End end) {
    if (!end.orderly && !ended.isDone()) {
      send(lastWords.get()); // nothing can be sent once this rank's serve has ended
    }
    if (ended.complete(end) && !end.orderly) {
      log.warn("Rank {} is told to stop: {}", options.rank(), end.reason);
      Communicator ranks = communicator;
      if (ranks != null) {
        ranks.abort(end.reason);
      }
    }
  }

  /** One attempt to join, and all that comes over its connection. */
  private final class Link implements ControlListener<ControlMessage> {
    private final ControlMessage.Join join;
    private final CompletableFuture<List<Peer>> peers = new CompletableFuture<>();

    Link(ControlMessage.Join join) {
      this.join = join;
    }

    @Override
    public void onOpen(ControlConnection<ControlMessage> opened) {
      opened.send(join);
      connection = opened;
    }

    @Override
    public void onMessage(ControlConnection<ControlMessage> from, ControlMessage message) {
      if (message instanceof ControlMessage.Welcome welcome) {
        peers.complete(welcome.peers());
      } else if (message instanceof ControlMessage.RunTask task) {
        tasks.add(task);
      } else if (message instanceof ControlMessage.Abort abort) {
        end(new End(false, abort.reason()));
      } else if (message instanceof ControlMessage.Shutdown) {
        end(new End(true, "the coordinator has closed"));
      }
    }

    @Override
    public void onClose(ControlConnection<ControlMessage> closed, String reason) {
      if (!peers.completeExceptionally(new CommunicationException(reason))) {
        end(new End(false, "the coordinator is gone: " + reason));
      }
    }
  }
}
