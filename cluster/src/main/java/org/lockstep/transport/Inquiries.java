package org.lockstep.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.CommunicationException;

/**
 * Finds out what the peers are doing when an operation does not go well, so that the error names
 * the rank that is to blame and not just the one that was waited for. Costs nothing until then:
 * this rank asks over the bandwidth lane, whose thread answers whatever the peer's own thread does.
 * Question and answer both say what the sender does, so if that differs both ranks know, and each
 * asks once more: who has heard from all fails the mesh, and so tells all what each of them does.
 *
 * <p>Thread rule: {@link #mismatch} and {@link #late} on the thread of the lane that is given, the
 * rest on the bandwidth lane's.
 */
final class Inquiries {
  /** A live peer answers within a round trip; one that does not within this time is not alive. */
  private static final long PATIENCE_NANOS = 1_000_000_000L;

  private final Mesh mesh;
  private final Map<Integer, Answer> answers = new ConcurrentHashMap<>();

  /** What the peers are asked about because they do different things; null: they do not. */
  private @Nullable Operation disputed;

  Inquiries(Mesh mesh) {
    this.mesh = mesh;
  }

  /** What a peer does in the operation that was asked about; fingerprint 0: it is not there yet. */
  private record Answer(int group, long sequence, long fingerprint, String text) {
    boolean isAbout(Operation operation) {
      return group == operation.group().id() && sequence == operation.sequence();
    }
  }

  /** Fails the mesh because a frame of {@code peer} shows that it does something else. */
  CommunicationException mismatch(Operation operation, int peer, Lane lane) {
    ask(operation);
    lane.runUntil(() -> mesh.failure().reason() != null, 2 * PATIENCE_NANOS);
    mesh.failure()
        .fail(operation + ": " + mesh.membership().name(peer) + " does something else here");
    return mesh.failure().exception(operation);
  }

  /** Fails the mesh because the operation's time is over; the error names who is missing. */
  CommunicationException late(Operation operation, Lane lane) {
    List<Integer> peers = operation.group().meshPeers();
    answers.clear();
    ask(operation);
    lane.runUntil(() -> isAnswered(operation) || mesh.failure().reason() != null, PATIENCE_NANOS);
    mesh.failure().fail(lateness(operation, peers));
    return mesh.failure().exception(operation);
  }

  /** Asks the peers what they do in this operation; an answer that differs fails the mesh. */
  void ask(Operation operation) {
    mesh.sendText(
        FrameHeader.Kind.ASK,
        operation.group().id(),
        operation.sequence(),
        operation.fingerprint(),
        operation.toString());
  }

  private boolean isAnswered(Operation operation) {
    return operation.group().meshPeers().stream().allMatch(peer -> answer(operation, peer) != null);
  }

  private @Nullable Answer answer(Operation operation, int peer) {
    Answer answer = answers.get(peer);
    return answer != null && answer.isAbout(operation) ? answer : null;
  }

  private String lateness(Operation operation, List<Integer> peers) {
    List<String> missing = new ArrayList<>();
    for (int peer : peers) {
      Answer answer = answer(operation, peer);
      if (answer == null || answer.fingerprint == 0) {
        missing.add(state(peer, answer));
      }
    }
    String blame =
        missing.isEmpty()
            ? "all ranks are in it, so a rank or the network is too slow"
            : String.join("; ", missing);
    return operation + " was not complete within its time-out: " + blame;
  }

  private String state(int peer, @Nullable Answer answer) {
    String name = mesh.membership().name(peer);
    if (answer == null) {
      return name + " does not answer";
    }
    return answer.fingerprint == 0
        ? name + " has not come, it " + answer.text
        : name + " does " + answer.text;
  }

  private String contradiction(Operation mine) {
    Map<Integer, String> states = new TreeMap<>();
    int rank = mesh.membership().rank();
    states.put(rank, mesh.membership().name(rank) + " does " + mine);
    mine.group().meshPeers().forEach(peer -> states.put(peer, state(peer, answer(mine, peer))));
    return "the ranks do different things: "
        + String.join("; ", states.values())
        + "; all must do the same in the same order";
  }

  /** A frame has come over the bandwidth lane: if it contradicts what this rank does, ask. */
  void inspect(FrameHeader header) {
    Operation mine = begun(header);
    if (mine != null && mine.fingerprint() != header.fingerprint()) {
      ask(mine);
    }
  }

  /** What this rank does where {@code header} belongs; null if it has not begun that. */
  @Nullable Operation begun(FrameHeader header) {
    Journal journal = mesh.journal(header.group());
    return journal == null ? null : journal.find(header.sequence());
  }

  /** A peer wants to know what this rank does. */
  void asked(Connection from, Frame question) {
    FrameHeader header = question.header();
    Operation mine = begun(header);
    from.sendText(
        FrameHeader.Kind.ANSWER,
        header.group(),
        header.sequence(),
        mine == null ? 0 : mine.fingerprint(),
        mine == null ? whereabouts(header.group()) : mine.toString());
    disputeIfDifferent(header);
  }

  private String whereabouts(int group) {
    Journal journal = mesh.journal(group);
    Operation last = journal == null ? null : journal.last();
    return last == null ? "has not begun any collective" : "was last in " + last;
  }

  /** A peer says what it does. */
  void answered(int peer, Frame answer) {
    FrameHeader header = answer.header();
    answers.put(
        peer, new Answer(header.group(), header.sequence(), header.fingerprint(), answer.text()));
    if (disputed != null && isAnswered(disputed)) {
      mesh.failure().fail(contradiction(disputed));
    } else if (header.fingerprint() != 0) {
      disputeIfDifferent(header);
    }
    mesh.wake();
  }

  private void disputeIfDifferent(FrameHeader theirs) {
    Operation mine = begun(theirs);
    if (mine != null && mine.fingerprint() != theirs.fingerprint() && disputed == null) {
      disputed = mine;
      answers.clear();
      ask(mine);
      Runnable conclude = () -> mesh.failure().fail(contradiction(mine));
      mesh.bandwidth().loop().schedule(conclude, PATIENCE_NANOS, TimeUnit.NANOSECONDS);
    }
  }
}
