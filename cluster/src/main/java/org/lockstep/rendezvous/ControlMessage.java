package org.lockstep.rendezvous;

import java.util.List;
import org.lockstep.transport.RecordedCollective;

/**
 * What coordinator and members say to each other. A connection belongs to one job and attempt, and
 * after its {@link Join} to one rank, so no message repeats them.
 */
sealed interface ControlMessage {

  /** Member: here is this rank. May be repeated; each one is answered. */
  record Join(int rank, long pid, Peer peer) implements ControlMessage {}

  /** Member: still here. */
  record Heartbeat() implements ControlMessage {}

  /** Member: the task under way reports progress. */
  record Event(String json) implements ControlMessage {}

  /** Member: the task is done. */
  record Done(String json) implements ControlMessage {}

  /**
   * Member: the task failed.
   *
   * @param collective a collective failed, so the cause may lie with another rank
   * @param message one sentence
   * @param detail the stack trace
   */
  record Failed(boolean collective, String message, String detail) implements ControlMessage {}

  /** Member: the job has failed; the last collectives of this rank. */
  record Report(List<RecordedCollective> collectives) implements ControlMessage {
    /** How many all ranks together may tell of, and one in any case. */
    private static final int MOST = 1 << 14;

    private static final int ALWAYS = 8;

    /** The last of {@code recent}, as many as a coordinator can take from so many ranks. */
    static Report of(List<RecordedCollective> recent, int worldSize) {
      int kept = Math.min(recent.size(), Math.max(ALWAYS, MOST / worldSize));
      return new Report(recent.subList(recent.size() - kept, recent.size()));
    }

    public Report {
      collectives = List.copyOf(collectives);
    }
  }

  /** Coordinator: everybody has joined; the peers in rank order. */
  record Welcome(List<Peer> peers) implements ControlMessage {
    public Welcome {
      peers = List.copyOf(peers);
    }
  }

  /** Coordinator: run this. */
  record RunTask(String taskClass, String json) implements ControlMessage {}

  /** Coordinator: the job failed, end; the reason names the failing rank and its host. */
  record Abort(String reason) implements ControlMessage {}

  /** Coordinator: the job is over, end. */
  record Shutdown() implements ControlMessage {}
}
