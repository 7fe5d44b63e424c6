package org.lockstep.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ManualIoEventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.CommunicationException;

/**
 * One connection to each peer, and the one thread that sends and receives on them. The thread that
 * waits for a message runs the event loop itself, so no other thread has to be woken: between two
 * processes that is the difference between 5 and 27 µs (loopback, 2 cores). It polls before it
 * blocks, the awaited peer's socket itself and past the loop; with more ranks than cores on the
 * host it offers its core to the others between two looks.
 *
 * <p>Sending never waits: what the kernel does not take at once is sent while the lane waits for
 * something, so all ranks may send before any receives. Ranks are those of the operation's group.
 *
 * <p>Thread rule: the lane's thread.
 */
public final class Lane {
  /**
   * How long to poll before blocking. Far longer than it takes to wake a thread that sleeps: two
   * ranks that have once blocked would else go on to wake each other, message after message.
   */
  private static final long POLL_NANOS = 300_000;

  /** The same for the segments of gradients, which take longer to come. */
  private static final long POLL_SEGMENT_NANOS = 2_000_000;

  /**
   * How long to wait before asking what the others do; then twice as long before asking again.
   * Ranks that do different things may wait on different lanes, where no frame of one meets the
   * other.
   */
  private static final long INQUIRY_NANOS = 1_000_000_000L;

  /** How often to poll the awaited peer before the loop looks at everything else. */
  private static final int POLLS_PER_TURN = 16;

  private final Mesh mesh;
  private final LaneKind kind;
  private final ManualIoEventLoop loop;
  private final boolean sharesCores;
  private final AtomicReferenceArray<@Nullable Connection> connections;
  private final AtomicInteger untaken = new AtomicInteger();

  /** The frame that is being sent. */
  private final ByteBuf frame =
      PooledByteBufAllocator.DEFAULT.directBuffer(FrameHeader.SIZE + FrameHeader.MAX_PAYLOAD);

  private final Payload payload =
      Payload.of(frame.nioBuffer(FrameHeader.SIZE, FrameHeader.MAX_PAYLOAD));
  private long nextInquiry;
  private boolean closed;

  Lane(Mesh mesh, LaneKind kind, ManualIoEventLoop loop, int worldSize) {
    this.mesh = mesh;
    this.kind = kind;
    this.loop = loop;
    this.sharesCores = mesh.membership().ranksOnThisHost() > Mesh.CORES;
    this.connections = new AtomicReferenceArray<>(worldSize);
  }

  ManualIoEventLoop loop() {
    return loop;
  }

  int rank() {
    return mesh.membership().rank();
  }

  int check() {
    return mesh.check();
  }

  Failure failure() {
    return mesh.failure();
  }

  Inquiries inquiries() {
    return mesh.inquiries();
  }

  String name(int peer) {
    return mesh.membership().name(peer);
  }

  /** Takes a connection in, or leave of it if the lane has closed; any thread. */
  void add(Connection connection) {
    if (!admits(connection)) {
      connection.close();
    }
  }

  private synchronized boolean admits(Connection connection) {
    if (!closed) {
      connections.set(connection.peer(), connection);
    }
    return !closed;
  }

  List<Connection> connections() {
    List<Connection> open = new ArrayList<>(connections.length());
    for (int peer = 0; peer < connections.length(); peer++) {
      Connection connection = connections.get(peer);
      if (connection != null) {
        open.add(connection);
      }
    }
    return open;
  }

  /** Notes that a frame has come, and sees whether it contradicts an operation of either lane. */
  void arrived(FrameHeader header) {
    untaken.incrementAndGet();
    if (kind == LaneKind.BANDWIDTH) {
      inquiries().inspect(header);
    }
  }

  /**
   * Sees whether a frame that came before {@code operation} began contradicts it. A rank whose
   * peers already went on to something else here learns it from this lane, though it waits on the
   * other; any thread.
   */
  public void compare(Operation operation) {
    if (untaken.get() > 0) {
      execute(() -> connections().forEach(peer -> compare(operation, peer.peek(operation))));
    }
  }

  private void compare(Operation operation, @Nullable Frame frame) {
    if (frame != null && frame.header().fingerprint() != operation.fingerprint()) {
      inquiries().ask(operation);
    }
  }

  private Connection to(Operation operation, int rank) {
    Connection connection = connections.get(operation.group().first() + rank);
    if (connection == null) {
      throw new IllegalArgumentException("rank " + rank + " has no connection to itself");
    }
    return connection;
  }

  /** Sends {@code numbers} to one rank. */
  public void send(Operation operation, int to, int part, Numbers numbers) {
    Connection connection = to(operation, to);
    int at = 0;
    do {
      encode(operation, part, numbers, at);
      deliver(operation, connection);
      at += perFrame(numbers);
    } while (at < numbers.length());
  }

  /** Sends {@code numbers} to every other rank of the group, the next higher ones first. */
  public void sendToAll(Operation operation, int part, Numbers numbers) {
    Group group = operation.group();
    int at = 0;
    do {
      encode(operation, part, numbers, at);
      for (int distance = 1; distance < group.size(); distance++) {
        deliver(operation, to(operation, group.after(distance)));
      }
      at += perFrame(numbers);
    } while (at < numbers.length());
  }

  private static int perFrame(Numbers numbers) {
    return FrameHeader.MAX_PAYLOAD / numbers.width();
  }

  private void encode(Operation operation, int part, Numbers numbers, int from) {
    int count = Math.min(perFrame(numbers), numbers.length() - from);
    int bytes = count * numbers.width();
    operation.header(part, bytes).write(frame.clear(), mesh.check());
    numbers.write(payload, from, count);
    frame.writerIndex(FrameHeader.SIZE + bytes);
  }

  private void deliver(Operation operation, Connection connection) {
    operation.meter().sent(frame.readableBytes());
    connection.send(frame);
  }

  /**
   * Waits for the numbers that rank {@code from} sends as this part of the operation.
   *
   * @throws CommunicationException if the peer is late, gone, or does something else
   */
  public void receive(Operation operation, int from, int part, Numbers numbers) {
    Connection connection = to(operation, from);
    int at = 0;
    do {
      int count = Math.min(perFrame(numbers), numbers.length() - at);
      receive(operation, connection, part, numbers, at, count);
      at += count;
    } while (at < numbers.length());
  }

  /** Receives one frame, which may have come earlier. */
  private void receive(
      Operation operation, Connection from, int part, Numbers numbers, int at, int count) {
    long begin = System.nanoTime();
    nextInquiry = INQUIRY_NANOS;
    for (int misses = 0; ; misses++) {
      boolean over = from.isOver();
      long seen = from.arrivals();
      Frame frame = take(operation, from, part);
      if (frame != null) {
        read(operation, from, frame, numbers, at, count);
        operation.came();
        return;
      }
      if (over) {
        failure().fail(name(from.peer()) + " has closed its communicator");
        throw failure().exception(operation);
      }
      if (from.poll(operation, part, numbers, at, count)) {
        operation.came();
        return;
      }
      if (misses == 0) {
        operation.waitFor(from.peer(), begin);
      }
      await(operation, from, seen, misses, System.nanoTime() - begin);
    }
  }

  private @Nullable Frame take(Operation operation, Connection from, int part) {
    Frame first = from.peek(operation);
    if (first != null && first.header().fingerprint() != operation.fingerprint()) {
      throw inquiries().mismatch(operation, from.peer(), this);
    }
    Frame frame = first == null ? null : from.take(operation, part);
    if (frame != null) {
      untaken.decrementAndGet();
    }
    return frame;
  }

  private void read(
      Operation operation, Connection from, Frame frame, Numbers numbers, int at, int count) {
    try {
      int expected = count * numbers.width();
      if (frame.header().length() != expected) {
        from.broken("sent " + frame.header().length() + " bytes where " + expected + " belong");
        throw failure().exception(operation);
      }
      numbers.read(Payload.of(frame.payload().nioBuffer()), at, count);
    } finally {
      frame.release();
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // costs speed at most where the scheduler ignores it
  private void await(Operation operation, Connection from, long seen, int misses, long waited) {
    if (waited >= pollNanos(operation)) {
      from.leaveToLoop();
      // What a poll completed lies in the inbox, and the loop would not be woken for it.
      if (from.arrivals() == seen) {
        turn(operation, nextInquiry - waited);
      }
      if (waited >= nextInquiry) {
        nextInquiry *= 2;
        inquiries().ask(operation);
      }
    } else if (misses % POLLS_PER_TURN == POLLS_PER_TURN - 1) {
      from.leaveToLoop();
      failure().check(operation);
      loop.runNow();
    } else if (sharesCores) {
      Thread.yield();
    }
  }

  /** Not at all while the rank's own thread computes, which wants the core. */
  private long pollNanos(Operation operation) {
    if (kind == LaneKind.LATENCY) {
      return POLL_NANOS;
    }
    return operation.isAwaited() ? POLL_SEGMENT_NANOS : 0;
  }

  /**
   * Waits until the kernel has taken all that was sent: the caller may now leave the lane alone.
   */
  public void flush(Operation operation) {
    for (int peer = 0; peer < connections.length(); peer++) {
      Connection connection = connections.get(peer);
      while (connection != null && !connection.isFlushed()) {
        turn(operation, INQUIRY_NANOS);
      }
    }
  }

  /** Runs the loop once for an operation that waits, but no longer than {@code nanos}. */
  private void turn(Operation operation, long nanos) {
    failure().check(operation);
    long left = operation.deadline() - System.nanoTime();
    if (left <= 0) {
      throw inquiries().late(operation, this);
    }
    loop.run(Math.max(1, Math.min(nanos, left)));
  }

  /** Runs the loop until {@code done}, but no longer than {@code nanos}. */
  boolean runUntil(BooleanSupplier done, long nanos) {
    long deadline = System.nanoTime() + nanos;
    while (!done.getAsBoolean()) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      loop.run(left);
    }
    return true;
  }

  /** Makes the lane's thread look at the state of things; any thread. */
  public void wake() {
    execute(() -> {});
  }

  /**
   * Runs {@code task} when the lane's thread runs the loop next, and makes it do so if it waits.
   */
  void execute(Runnable task) {
    if (!loop.isShuttingDown()) {
      loop.execute(task);
    }
  }

  /** Closes all connections and the loop. */
  void close(long patienceNanos) {
    synchronized (this) {
      closed = true;
    }
    connections().forEach(Connection::close);
    runUntil(() -> connections().stream().noneMatch(Connection::isOpen), patienceNanos);
    connections().forEach(Connection::release);
    frame.release();
  }
}
