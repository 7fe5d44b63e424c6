package org.lockstep.collective;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.ReduceOp;
import org.lockstep.comm.Traffic;
import org.lockstep.comm.Work;
import org.lockstep.transport.Action;
import org.lockstep.transport.Endpoint;
import org.lockstep.transport.FlightRecorder;
import org.lockstep.transport.Group;
import org.lockstep.transport.Journal;
import org.lockstep.transport.Lane;
import org.lockstep.transport.Membership;
import org.lockstep.transport.Mesh;
import org.lockstep.transport.Meter;
import org.lockstep.transport.Operation;

/**
 * The ranks of a cluster: over TCP, and in memory where they share a JVM. Small collectives run on
 * the calling thread, which drives the latency lane while it waits; gradients and broadcasts run on
 * the bandwidth lane's thread.
 *
 * <p>Thread rule: as {@link Communicator} says, and the rank's own thread is the one that {@link
 * #connect}ed; it also closes. After a failure nothing works any more but {@link #close}. A
 * subgroup uses the connections of the whole and needs no closing.
 */
public final class NettyCommunicator implements Communicator {
  /** Floats up to which gradients go through rank 0 on a crowded host; see {@link Star}. */
  static final int STAR_LIMIT = 1 << 17;

  private final Mesh mesh;
  private final Group group;
  private final boolean crowded;
  private final boolean whole;
  private final Meter meter;
  private final Journal journal;
  private final Star star;
  private final RecursiveDoubling doubling = new RecursiveDoubling();
  private final Star gradientStar;
  private final Ring ring = new Ring();
  private int subgroups;

  private NettyCommunicator(Mesh mesh, Group group, boolean crowded, @Nullable Meter wholeMeter) {
    this.mesh = mesh;
    this.group = group;
    this.crowded = crowded;
    this.whole = wholeMeter == null;
    this.meter = new Meter(wholeMeter);
    this.journal = mesh.open(group, meter);
    this.star = new Star(group.size());
    this.gradientStar = new Star(group.size());
  }

  /**
   * Joins the peers. The endpoint belongs to the communicator from now on, also if this fails. The
   * calling thread becomes the rank's own.
   *
   * @throws org.lockstep.comm.CommunicationException if a peer is not there within the membership's
   *     time-out, or is not of this job and attempt; the message names the ranks
   */
  public static NettyCommunicator connect(Endpoint endpoint, Membership membership) {
    Mesh mesh = Mesh.connect(endpoint, membership);
    return over(mesh, mesh.isCrowded());
  }

  /**
   * All ranks of a mesh.
   *
   * @param crowded whether to use the algorithms for a host with more ranks than cores
   */
  static NettyCommunicator over(Mesh mesh, boolean crowded) {
    return new NettyCommunicator(mesh, mesh.world(), crowded, null);
  }

  @Override
  public int rank() {
    return group.rank();
  }

  @Override
  public int worldSize() {
    return group.size();
  }

  @Override
  public Duration timeout() {
    return mesh.membership().timeout();
  }

  @Override
  public void allReduce(double[] buffer, int length, ReduceOp op, OpTag tag) {
    Objects.checkFromIndexSize(0, length, buffer.length);
    Operation operation = journal.begin(Action.of(op), length, tag);
    boolean done = false;
    try {
      check(operation);
      if (crowded) {
        star.allReduce(mesh.latency(), operation, buffer, length, op);
      } else {
        doubling.allReduce(mesh.latency(), operation, buffer, length, op);
      }
      mesh.latency().flush(operation);
      done = true;
    } finally {
      journal.end(operation, done);
    }
  }

  @Override
  public void allGather(double[] mine, double[] all, OpTag tag) {
    if (all.length != mine.length * group.size()) {
      throw new IllegalArgumentException(
          group.size() + " times " + mine.length + " doubles do not fit " + all.length);
    }
    Operation operation = journal.begin(Action.ALL_GATHER, mine.length, tag);
    boolean done = false;
    try {
      check(operation);
      AllGather.run(mesh.latency(), operation, mine, all);
      mesh.latency().flush(operation);
      done = true;
    } finally {
      journal.end(operation, done);
    }
  }

  /** Sees whether a collective that is to run on the calling thread can. */
  private void check(Operation operation) {
    mesh.failure().check(operation);
    mesh.bandwidth().compare(operation);
  }

  /** What a rank does in a collective. */
  private interface Body {
    void run(Lane lane);
  }

  @Override
  public Work allReduceAsync(float[] buffer, int offset, int length, OpTag tag) {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    Operation operation = journal.begin(Action.ALL_REDUCE_GRADIENTS, length, tag);
    return later(
        operation,
        lane -> {
          if (crowded && length <= STAR_LIMIT) {
            gradientStar.allReduce(lane, operation, buffer, offset, length);
          } else {
            ring.allReduce(lane, operation, buffer, offset, length);
          }
        });
  }

  @Override
  public void broadcast(float[] buffer, int offset, int length, int root, OpTag tag) {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    Objects.checkIndex(root, group.size());
    Operation operation = journal.begin(Action.BROADCAST, root, length, tag);
    later(operation, lane -> Broadcast.run(lane, operation, buffer, offset, length, root))
        .await(timeout());
  }

  /** Queues a collective for the bandwidth lane's thread. */
  private Work later(Operation operation, Body body) {
    AsyncWork work = new AsyncWork(mesh, journal, operation, () -> body.run(mesh.bandwidth()));
    mesh.submit(work);
    return work;
  }

  @Override
  public Communicator subgroup(int size) {
    return new NettyCommunicator(mesh, group.part(size, subgroups++), crowded, meter);
  }

  @Override
  public void abort(String reason) {
    mesh.failure().fail(reason);
  }

  /** What this rank has done lately, in its subgroups too. */
  public FlightRecorder recorder() {
    return mesh.recorder();
  }

  @Override
  public Traffic traffic() {
    return meter.traffic();
  }

  @Override
  public void close() {
    if (whole) {
      mesh.close();
    }
  }
}
