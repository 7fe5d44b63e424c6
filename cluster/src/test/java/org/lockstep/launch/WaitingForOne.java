package org.lockstep.launch;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.transport.FlightRecorder;
import org.lockstep.transport.RecordedCollective;

/**
 * All ranks but one wait for that one, which never comes. Rank 0 reports once it does; it must not
 * be the one.
 */
record WaitingForOne(int missing) implements WorkerTask<String, String> {
  @Override
  public String run(RankContext rank, Events<String> events) throws InterruptedException {
    Communicator ranks = rank.communicator();
    ranks.barrier(new OpTag(0, "begin", Phase.CONTROL));
    if (ranks.rank() == missing) {
      new CountDownLatch(1).await();
    }
    if (ranks.rank() == 0) {
      FlightRecorder recorder = rank.kept(FlightRecorder.class);
      Thread watcher = new Thread(() -> report(recorder, events));
      watcher.setDaemon(true);
      watcher.start();
    }
    ranks.barrier(new OpTag(1, "missed", Phase.CONTROL));
    return "";
  }

  private void report(FlightRecorder recorder, Events<String> events) {
    while (!waits(recorder.recent())) {
      Thread.onSpinWait();
    }
    events.report("waiting");
  }

  private boolean waits(List<RecordedCollective> recent) {
    return recent.size() == 2 && recent.get(1).peer() == missing;
  }
}
