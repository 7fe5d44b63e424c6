package org.lockstep.launch;

import java.util.Optional;
import org.lockstep.fault.Faults;
import org.lockstep.rendezvous.Member;
import org.lockstep.rendezvous.MemberOptions;

/** The main class of a worker process: takes part in the job its environment names. */
public final class Worker {
  private Worker() {}

  /**
   * Returns when the job is over.
   *
   * @param args the rank, for those who look at a list of processes; the environment decides
   */
  public static void main(String[] args) throws InterruptedException {
    MemberOptions options = WorkerEnvironment.read(System.getenv());
    TaskJson tasks = new TaskJson();
    Optional<Faults> faults =
        Faults.of(WorkerEnvironment.readFaults(System.getenv()), options.rank());
    faults.ifPresent(mine -> tasks.keep(Faults.class, mine));
    new Member(options, tasks, faults.orElse(null)).serve();
  }
}
