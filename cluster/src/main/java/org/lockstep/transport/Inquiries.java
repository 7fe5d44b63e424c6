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

  /** Fails the mesh because {@code peer} does something else; both ranks are told what. */
  CommunicationException mismatch(Operation operation, Connection peer, Lane lane) {
    ask(operation, List.of(peer.peer()), lane);
    Answer answer = answers.get(peer.peer());
    String theirs = answer == null ? "something else" : answer.text;
    mesh.failure().fail(contradiction(operation, peer.peer(), theirs));
    return mesh.failure().exception(operation);
  }

  /** Fails the mesh because the operation's time is over; the error names who is missing. */
  CommunicationException late(Operation operation, Lane lane) {
    Group group = operation.group();
    List<Integer> others = new ArrayList<>();
    for (int distance = 1; distance < group.size(); distance++) {
      others.add(group.first() + group.after(distance));
    }
    others.sort(null);
    ask(operation, others, lane);
    mesh.failure().fail(lateness(operation, others));
    return mesh.failure().exception(operation);
  }

  private void ask(Operation operation, List<Integer> peers, Lane lane) {
    answers.clear();
    mesh.sendText(
        FrameHeader.Kind.ASK,
        operation.group().id(),
        operation.sequence(),
        operation.fingerprint(),
        operation.toString());
    lane.runUntil(
        () -> answers.keySet().containsAll(peers) || mesh.failure().reason() != null,
        PATIENCE_NANOS);
  }

  private String lateness(Operation operation, List<Integer> peers) {
    List<String> missing = new ArrayList<>();
    for (int peer : peers) {
      Answer answer = answers.get(peer);
      if (answer == null) {
        missing.add(mesh.membership().name(peer) + " does not answer");
      } else if (answer.fingerprint == 0) {
        missing.add(mesh.membership().name(peer) + " has not come, it " + answer.text);
      } else if (answer.fingerprint != operation.fingerprint()) {
        missing.add(contradiction(operation, peer, answer.text));
      }
    }
    String blame =
        missing.isEmpty()
            ? "all ranks are in it, so the network or a rank is too slow"
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

  /** A peer wants to know what this rank does; bandwidth lane's thread. */
  void asked(Connection from, Frame question) {
    FrameHeader header = question.header();
    Journal journal = mesh.journal(header.group());
    Operation mine = journal == null ? null : journal.find(header.sequence());
    from.sendText(
        FrameHeader.Kind.ANSWER,
        header.group(),
        header.sequence(),
        mine == null ? 0 : mine.fingerprint(),
        mine == null ? whereabouts(journal) : mine.toString());
    if (mine != null && mine.fingerprint() != header.fingerprint()) {
      mesh.failure().fail(contradiction(mine, from.peer(), question.text()));
    }
  }

  private static String whereabouts(@Nullable Journal journal) {
    Operation last = journal == null ? null : journal.last();
    return last == null ? "has not begun any collective" : "was last in " + last;
  }

  void answered(int peer, Frame frame) {
    answers.put(peer, new Answer(frame.header().fingerprint(), frame.text()));
    mesh.wake();
  }
}
