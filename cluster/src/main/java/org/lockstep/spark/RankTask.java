package org.lockstep.spark;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.apache.spark.BarrierTaskContext;
import org.lockstep.launch.TaskJson;
import org.lockstep.rendezvous.Member;
import org.lockstep.rendezvous.MemberOptions;
import org.lockstep.transport.JobKey;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction1;

/**
 * What a barrier task does: it is the rank of its partition until the coordinator says that the job
 * is over. Spark's own barrier serves nothing here, since it polls once a second.
 */
final class RankTask extends AbstractFunction1<Iterator<Integer>, Iterator<Integer>>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private final InetSocketAddress coordinator;
  private final JobKey key;
  private final Duration timeout;
  private final Duration silence;

  /**
   * @param coordinator on the driver
   * @param key what the coordinator asks for
   * @param timeout in which all must have joined, and for each collective
   * @param silence the coordinator's bound for heartbeats
   */
  RankTask(InetSocketAddress coordinator, JobKey key, Duration timeout, Duration silence) {
    this.coordinator = coordinator;
    this.key = key;
    this.timeout = timeout;
    this.silence = silence;
  }

  @Override
  public Iterator<Integer> apply(Iterator<Integer> partition) {
    BarrierTaskContext context = BarrierTaskContext.get();
    int rank = context.partitionId();
    InetAddress host = host(context.getTaskInfos()[rank].address());
    try {
      new Member(new MemberOptions(rank, coordinator, key, host, timeout, silence), new TaskJson())
          .serve();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("rank " + rank + " was cancelled", e);
    }
    return partition;
  }

  /** The host of an executor's {@code host:port}, on which it reaches and is reached. */
  static InetAddress host(String executor) {
    try {
      return InetAddress.getByName(executor.substring(0, executor.lastIndexOf(':')));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("executor " + executor + " does not know its own host", e);
    }
  }
}
