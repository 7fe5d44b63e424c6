package org.lockstep.transport;

import io.netty.channel.ManualIoEventLoop;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A rank's connections to all its peers: two {@link Lane}s, and one {@link Failure} for both.
 *
 * <p>Thread rule: the thread that connects is the latency lane's; it alone may close the mesh.
 */
public final class Mesh implements AutoCloseable {
  static final int CORES = Runtime.getRuntime().availableProcessors();

  /** How long closing waits for peers that do not take the last bytes. */
  private static final long FAREWELL_NANOS = 1_000_000_000L;

  private final Membership membership;
  private final Endpoint endpoint;
  private final Thread owner = Thread.currentThread();
  private final int check;
  private final Lane latency;
  private final Lane bandwidth;
  private final Failure failure;
  private final Inquiries inquiries = new Inquiries(this);
  private final FlightRecorder recorder = new FlightRecorder();
  private final AtomicInteger fewestCores = new AtomicInteger(CORES);
  private @Nullable Job lastJob;
  private boolean closed;

  private Mesh(Endpoint endpoint, Membership membership) {
    this.membership = membership;
    this.endpoint = endpoint;
    check = membership.key().check();
    failure = new Failure(name(), this::tellAll, this::wake);
    ManualIoEventLoop loop = new ManualIoEventLoop(owner, endpoint.io().handler());
    int worldSize = membership.worldSize();
    latency = new Lane(this, LaneKind.LATENCY, loop, worldSize);
    bandwidth = new Lane(this, LaneKind.BANDWIDTH, endpoint.thread().loop(), worldSize);
  }

  /**
   * Joins the peers. The endpoint belongs to the mesh from now on, also if this fails.
   *
   * @throws org.lockstep.comm.CommunicationException if a peer is not there within the membership's
   *     time-out, or is not of this job and attempt; the message names the ranks
   */
  public static Mesh connect(Endpoint endpoint, Membership membership) {
    Mesh mesh = new Mesh(endpoint, membership);
    try {
      new Assembly(mesh).run(endpoint);
    } catch (RuntimeException e) {
      mesh.close();
      throw e;
    }
    return mesh;
  }

  public Membership membership() {
    return membership;
  }

  /** "rank 1 of 4". */
  String name() {
    return "rank " + membership.rank() + " of " + membership.worldSize();
  }

  /** All ranks. */
  public Group world() {
    return Group.all(membership);
  }

  /** The lane of the thread that connected. */
  public Lane latency() {
    return latency;
  }

  /** The lane of the thread that runs what is {@link #submit}ted. */
  public Lane bandwidth() {
    return bandwidth;
  }

  /** Notes how many cores a peer may use. */
  void hasCores(int cores) {
    fewestCores.accumulateAndGet(cores, Math::min);
  }

  /** Whether all ranks share one host with fewer cores than ranks; the same answer on all. */
  public boolean isCrowded() {
    return membership.allOnThisHost() && membership.worldSize() > fewestCores.get();
  }

  Lane lane(LaneKind kind) {
    return kind == LaneKind.LATENCY ? latency : bandwidth;
  }

  public Failure failure() {
    return failure;
  }

  Inquiries inquiries() {
    return inquiries;
  }

  int check() {
    return check;
  }

  /** Makes the journal of a group of these ranks. */
  public Journal open(Group group, Meter meter) {
    return recorder.open(group, meter, membership.timeout().toNanos());
  }

  /** What this rank has done lately. */
  public FlightRecorder recorder() {
    return recorder;
  }

  @Nullable Journal journal(int group) {
    return recorder.journal(group);
  }

  /** Work for the bandwidth lane's thread. */
  public interface Job extends Runnable {
    boolean isDone();
  }

  /** Runs {@code job} on the bandwidth lane's thread, after those submitted before. */
  public void submit(Job job) {
    lastJob = job;
    endpoint.thread().submit(job);
  }

  /** Makes both threads look at the state of things. */
  void wake() {
    latency.wake();
    bandwidth.wake();
  }

  private void tellAll(String why) {
    sendText(FrameHeader.Kind.ABORT, 0, 0, 0, why);
  }

  /** Sends a control frame to every peer, over the bandwidth lane. */
  void sendText(FrameHeader.Kind kind, int group, long sequence, long fingerprint, String text) {
    bandwidth.execute(
        () ->
            bandwidth
                .connections()
                .forEach(peer -> peer.sendText(kind, group, sequence, fingerprint, text)));
  }

  /** Takes leave of the peers and frees everything, the endpoint too. */
  @Override
  public void close() {
    if (Thread.currentThread() != owner) {
      throw new IllegalStateException("only the thread that connected may close");
    }
    if (closed) {
      return;
    }
    closed = true;
    if (lastJob != null && !lastJob.isDone()) {
      failure.fail("the communicator was closed while a collective was under way");
    }
    endpoint.thread().submit(() -> bandwidth.close(FAREWELL_NANOS));
    latency.close(FAREWELL_NANOS);
    LoopThread.shutDown(latency.loop());
    endpoint.close();
  }
}
