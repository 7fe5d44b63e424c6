package org.lockstep.launch;

import org.lockstep.rendezvous.Member;

/** The main class of a worker process: takes part in the job its environment names. */
public final class Worker {
  private Worker() {}

  /**
   * Returns when the job is over.
   *
   * @param args the rank, for those who look at a list of processes; the environment decides
   */
  public static void main(String[] args) throws InterruptedException {
    new Member(WorkerEnvironment.read(System.getenv()), new TaskJson()).serve();
  }
}
