package org.lockstep.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.CommunicationException;

/**
 * Builds the full mesh: of each pair the higher rank calls the lower one, once for each lane, over
 * a socket or, where both are in one JVM, by asking its {@link Endpoint}. Then the door is shut:
 * nobody can rightly come later.
 *
 * <p>Thread rule: {@link #run} on the latency lane's thread; ranks of one JVM meet on that of the
 * later one; the rest on the loops.
 */
final class Assembly {
  /** How long somebody may take to say who he is. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final String NO_RANK = "is no rank of a job";

  private final Mesh mesh;
  private final Membership membership;

  /** By rank, the lanes on which somebody has been let in as that rank. */
  private final AtomicIntegerArray claimed;

  /** By rank, the lanes that are connected. */
  private final AtomicIntegerArray connected;

  private final Lobby lobby;

  Assembly(Mesh mesh) {
    this.mesh = mesh;
    this.membership = mesh.membership();
    this.claimed = new AtomicIntegerArray(membership.worldSize());
    this.connected = new AtomicIntegerArray(membership.worldSize());
    this.lobby =
        new Lobby(mesh.name(), LaneKind.values().length * membership.worldSize(), PATIENCE);
  }

  PeerHello hello(LaneKind lane) {
    return new PeerHello(
        membership.key().attempt(), membership.worldSize(), membership.rank(), lane, Mesh.CORES);
  }

  /**
   * Connects to all peers and waits until all have connected; nobody can connect after that.
   *
   * @throws CommunicationException naming the ranks that are missing
   */
  void run(Endpoint endpoint) {
    endpoint.open(this);
    for (int peer = 0; peer < membership.rank(); peer++) {
      call(endpoint, peer);
    }
    boolean inTime =
        mesh.latency()
            .runUntil(
                () -> missing().isEmpty() || mesh.failure().reason() != null,
                membership.timeout().toNanos());
    if (!inTime) {
      mesh.failure()
          .fail(
              "no connection within "
                  + membership.timeout().toMillis()
                  + " ms to "
                  + String.join(", ", missing()));
    }
    if (mesh.failure().reason() != null) {
      throw new CommunicationException(mesh.name() + " could not join: " + mesh.failure().reason());
    }
    endpoint.shut().addListener(shut -> lobby.close());
  }

  private List<String> missing() {
    List<String> names = new ArrayList<>();
    for (int peer = 0; peer < membership.worldSize(); peer++) {
      if (peer != membership.rank() && connected.get(peer) != BOTH) {
        names.add(membership.name(peer));
      }
    }
    return names;
  }

  private static final int BOTH = 0b11;

  private static int bit(LaneKind lane) {
    return 1 << lane.ordinal();
  }

  private void call(Endpoint endpoint, int peer) {
    Endpoint neighbour = endpoint.neighbour(membership.peers().get(peer));
    for (LaneKind lane : LaneKind.values()) {
      if (neighbour == null) {
        call(endpoint, peer, lane);
      } else {
        neighbour.opened().whenComplete((callee, closed) -> meet(callee, peer, lane));
      }
    }
  }

  /** Connects to a rank of this JVM; on that one's thread if it came later. */
  private void meet(@Nullable Assembly callee, int peer, LaneKind kind) {
    String fault =
        callee == null ? "closed before it let anybody in" : faultOfNeighbour(callee, peer, kind);
    if (callee == null || fault != null) {
      mesh.failure().fail(membership.name(peer) + " " + fault);
      return;
    }
    MemoryConnection connection = new MemoryConnection(mesh.lane(kind), callee.mesh.lane(kind));
    mesh.lane(kind).add(connection);
    callee.mesh.lane(kind).add(connection.otherEnd());
    connected(callee.hello(kind));
    callee.connected(hello(kind));
  }

  private @Nullable String faultOfNeighbour(Assembly callee, int peer, LaneKind kind) {
    if (!membership.key().token().equals(callee.membership.key().token())) {
      return CallerHandshake.REFUSED;
    }
    String fault = faultOfCallee(callee.hello(kind), peer, kind);
    String refusal = callee.faultOfCaller(hello(kind));
    return fault != null || refusal == null ? fault : "refused this rank, which " + refusal;
  }

  private void call(Endpoint endpoint, int peer, LaneKind lane) {
    JobToken token = membership.key().token();
    new Bootstrap()
        .disableResolver()
        .group(mesh.lane(lane).loop())
        .channel(endpoint.io().socketChannel())
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .handler(
            endpoint.initializer(
                () -> new CallerHandshake(token, new Calling(this, peer, lane)), false))
        .connect(membership.peers().get(peer))
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                String why = connected.cause().getMessage();
                mesh.failure().fail("cannot reach " + membership.name(peer) + ": " + why);
              }
            });
  }

  /**
   * What is wrong with somebody who knows the token, or null; then his place is taken. His
   * connection comes to its lane later and on another thread, when a second one must be refused.
   */
  @Nullable String faultOfCaller(PeerHello hello) {
    if (hello.attempt() != membership.key().attempt()) {
      return "is of attempt " + hello.attempt() + ", this is attempt " + membership.key().attempt();
    }
    if (hello.worldSize() != membership.worldSize()) {
      return "counts " + hello.worldSize() + " ranks, here are " + membership.worldSize();
    }
    if (hello.rank() <= membership.rank() || hello.rank() >= membership.worldSize()) {
      return "says it is rank " + hello.rank() + ", which does not call " + mesh.name();
    }
    if (!add(claimed, hello)) {
      return "says it is rank " + hello.rank() + ", which is connected already";
    }
    return null;
  }

  /** What is wrong with who answers a call to rank {@code callee}, or null. */
  @Nullable String faultOfCallee(PeerHello theirs, int callee, LaneKind lane) {
    if (theirs.attempt() != membership.key().attempt()) {
      return "is at attempt " + theirs.attempt() + ", not " + membership.key().attempt();
    }
    PeerHello expected =
        new PeerHello(
            membership.key().attempt(), membership.worldSize(), callee, lane, theirs.cores());
    return theirs.equals(expected) ? null : "is " + theirs + ", not " + expected;
  }

  /** Takes a connection into its lane, whose loop it may have to be moved to. */
  private void admit(Channel channel, PeerHello theirs, Runnable proceed) {
    EventLoop loop = mesh.lane(theirs.lane()).loop();
    if (channel.eventLoop() == loop) {
      settle(channel, theirs, proceed);
    } else {
      channel
          .deregister()
          .addListener(
              left ->
                  loop.register(channel).addListener(moved -> settle(channel, theirs, proceed)));
    }
  }

  private void settle(Channel channel, PeerHello theirs, Runnable proceed) {
    Lane lane = mesh.lane(theirs.lane());
    SocketConnection connection = new SocketConnection(channel, theirs.rank(), lane);
    lane.add(connection);
    channel.pipeline().addLast(connection.reader());
    proceed.run();
    connected(theirs);
  }

  private void connected(PeerHello theirs) {
    mesh.hasCores(theirs.cores());
    add(connected, theirs);
    mesh.wake();
  }

  /** Whether the lane was not there before. */
  private static boolean add(AtomicIntegerArray lanes, PeerHello of) {
    int bit = bit(of.lane());
    return (lanes.getAndAccumulate(of.rank(), bit, (a, b) -> a | b) & bit) == 0;
  }

  /** Makes the handshake with somebody who calls this rank. */
  Handshake receiving() {
    return new CalleeHandshake(membership.key().token(), new Called(), lobby);
  }

  /** This rank as others call it. */
  private final class Called implements Party {
    @Override
    public byte[] introduction(byte @Nullable [] theirs) {
      PeerHello caller = theirs == null ? null : PeerHello.read(theirs);
      return hello(caller == null ? LaneKind.LATENCY : caller.lane()).bytes();
    }

    @Override
    public @Nullable String fault(byte[] theirs) {
      PeerHello caller = PeerHello.read(theirs);
      return caller == null ? NO_RANK : faultOfCaller(caller);
    }

    @Override
    public void admitted(Channel channel, byte[] theirs, Runnable proceed) {
      admit(channel, known(theirs), proceed);
    }

    @Override
    public void refused(Channel channel, String why) {
      lobby.refused(channel, why);
    }
  }

  /** This rank as it calls another; whoever is not that one fails the mesh. */
  private record Calling(Assembly assembly, int callee, LaneKind lane) implements Party {
    @Override
    public byte[] introduction(byte @Nullable [] theirs) {
      return assembly.hello(lane).bytes();
    }

    @Override
    public @Nullable String fault(byte[] theirs) {
      PeerHello answer = PeerHello.read(theirs);
      return answer == null ? NO_RANK : assembly.faultOfCallee(answer, callee, lane);
    }

    @Override
    public void admitted(Channel channel, byte[] theirs, Runnable proceed) {
      assembly.admit(channel, known(theirs), proceed);
    }

    @Override
    public void refused(Channel channel, String why) {
      assembly.mesh.failure().fail(assembly.membership.name(callee) + " " + why);
    }
  }

  private static PeerHello known(byte[] theirs) {
    return Objects.requireNonNull(PeerHello.read(theirs), NO_RANK);
  }
}
