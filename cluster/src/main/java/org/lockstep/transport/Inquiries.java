package org.lockstep.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.CommunicationException;

/**
 * Finds out what the peers are doing when an operation does not go well, so that the error names
 * the rank that is to blame and not just the one that was waited for. Costs nothing until then:
 * this rank asks over the bandwidth lane, whose thread answers whatever the peer's own thread does.
 * Question and answer both say what the sender does, so if that differs both ranks know.
 *
 * <p>Thread rule: {@link #mismatch} and {@link #late} on the thread of the lane that is given, the
 * rest on the bandwidth lane's.
 */
final class Inquiries {
  /** A live peer answers within a round trip; one that does not within this time is not alive. */
  private static final long PATIENCE_NANOS = 1_000_000_000L;

  private final Mesh mesh;
  private final Map<Integer, Answer> answers = new ConcurrentHashMap<>();

  Inquiries(Mesh mesh) {
    this.mesh = mesh;
  }

  /** What a peer does in the operation that was asked about; fingerprint 0: it is not there yet. */
  private record Answer(long fingerprint, String text) {}

  /** Fails the mesh because a frame of {@code peer} shows that it does something else. */
  CommunicationException mismatch(Operation operation, int peer, Lane lane) {
    ask(operation);
    lane.runUntil(() -> mesh.failure().reason() != null, PATIENCE_NANOS);
    mesh.failure().fail(contradiction(operation, peer, "something else"));
    return mesh.failure().exception(operation);
  }

  /** Fails the mesh because the operation's time is over; the error names who is missing. */
  CommunicationException late(Operation operation, Lane lane) {
    List<Integer> peers = operation.group().meshPeers();
    answers.clear();
    ask(operation);
    lane.runUntil(
        () -> answers.keySet().containsAll(peers) || mesh.failure().reason() != null,
        PATIENCE_NANOS);
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

  private String lateness(Operation operation, List<Integer> peers) {
    List<String> missing = new ArrayList<>();
    for (int peer : peers) {
      Answer answer = answers.get(peer);
      if (answer == null) {
        missing.add(mesh.membership().name(peer) + " does not answer");
      } else if (answer.fingerprint == 0) {
        missing.add(mesh.membership().name(peer) + " has not come, it " + answer.text);
      }
    }
    String blame =
        missing.isEmpty()
            ? "all ranks are in it, so a rank or the network is too slow"
            : String.join("; ", missing);
    return operation + " was not complete within its time-out: " + blame;
  }

  private String contradiction(Operation mine, int peer, String theirs) {
    return "the ranks do different things: rank "
        + mesh.membership().rank()
        + " does "
        + mine
        + ", "
        + mesh.membership().name(peer)
        + " does "
        + theirs
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
    failIfDifferent(from.peer(), question);
  }

  private String whereabouts(int group) {
    Journal journal = mesh.journal(group);
    Operation last = journal == null ? null : journal.last();
    return last == null ? "has not begun any collective" : "was last in " + last;
  }

  /** A peer says what it does. */
  void answered(int peer, Frame answer) {
    answers.put(peer, new Answer(answer.header().fingerprint(), answer.text()));
    if (answer.header().fingerprint() != 0) {
      failIfDifferent(peer, answer);
    }
    mesh.wake();
  }

  private void failIfDifferent(int peer, Frame theirs) {
    Operation mine = begun(theirs.header());
    if (mine != null && mine.fingerprint() != theirs.header().fingerprint()) {
      mesh.failure().fail(contradiction(mine, peer, theirs.text()));
    }
  }
}
