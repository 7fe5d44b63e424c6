package org.lockstep.rendezvous;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.lockstep.transport.JobKey;
import org.lockstep.transport.JobToken;
import org.lockstep.transport.Tls;

/** A coordinator and, on threads of this JVM, members. */
final class TestJob implements AutoCloseable {
  static final Duration LONG = Duration.ofSeconds(30);
  static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  final JobKey key = new JobKey(JobToken.random(), 1);
  final Coordinator coordinator;
  private final int worldSize;
  private final Duration silence;
  private final List<RawMember> raws = new ArrayList<>();

  TestJob(int worldSize) {
    this(worldSize, LONG, LONG);
  }

  TestJob(int worldSize, Duration joinTimeout, Duration silence) {
    this.worldSize = worldSize;
    this.silence = silence;
    coordinator =
        Coordinator.start(
            new CoordinatorOptions(worldSize, ANY_PORT, key, Tls.none(), joinTimeout, silence));
  }

  /** A member for every rank, all joined. */
  List<CompletableFuture<Void>> members(TaskBody body) throws InterruptedException {
    List<CompletableFuture<Void>> members =
        IntStream.range(0, worldSize).mapToObj(rank -> member(rank, key, body)).toList();
    coordinator.awaitMembers();
    return members;
  }

  /** A member on a thread of its own; completes as {@link Member#serve} ends. */
  CompletableFuture<Void> member(int rank, JobKey shown, TaskBody body) {
    MemberOptions options =
        new MemberOptions(
            rank, coordinator.address(), shown, Tls.none(), ANY_PORT.getAddress(), LONG, silence);
    CompletableFuture<Void> ended = new CompletableFuture<>();
    DaemonThreads.start(
        "member-" + rank,
        () -> {
          try {
            new Member(options, body).serve();
            ended.complete(null);
          } catch (InterruptedException | RuntimeException e) {
            ended.completeExceptionally(e);
          }
        });
    return ended;
  }

  RawMember raw() {
    RawMember raw = new RawMember(coordinator, key);
    raws.add(raw);
    return raw;
  }

  @Override
  public void close() {
    raws.forEach(RawMember::close);
    coordinator.close();
  }
}
