package org.lockstep.spark;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.spark.BarrierTaskContext;
import org.lockstep.fault.FaultSpec;
import org.lockstep.fault.Faults;
import org.lockstep.launch.TaskJson;
import org.lockstep.rendezvous.Member;
import org.lockstep.rendezvous.MemberOptions;
import org.lockstep.train.TrainListener;
import org.lockstep.transport.JobKey;
import scala.collection.Iterator;
import scala.collection.Iterator$;
import scala.runtime.AbstractFunction1;

/**
 * What a barrier task does: it is the rank of its partition until the coordinator says that the job
 * is over. The rank joins on a thread of its own, while the task's thread, the only one that may,
 * reads the partition. Spark's own barrier serves nothing here, since it polls once a second.
 */
final class RankTask<T> extends AbstractFunction1<Iterator<T>, Iterator<Integer>>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private final InetSocketAddress coordinator;
  private final SparkSecurity.JobSecret secret;
  private final Duration timeout;
  private final Duration silence;
  private final List<FaultSpec> faults;
  private final RankInput.Reader<T> reader;
  private final StageCounters counters;

  /**
   * @param coordinator on the driver
   * @param secret what the coordinator asks for
   * @param timeout in which all must have joined, and for each collective
   * @param silence the coordinator's bound for heartbeats
   * @param faults of all ranks
   * @param reader of the partition
   * @param counters of the stage
   */
  RankTask(
      InetSocketAddress coordinator,
      SparkSecurity.JobSecret secret,
      Duration timeout,
      Duration silence,
      List<FaultSpec> faults,
      RankInput.Reader<T> reader,
      StageCounters counters) {
    this.coordinator = coordinator;
    this.secret = secret;
    this.timeout = timeout;
    this.silence = silence;
    this.faults = new ArrayList<>(faults);
    this.reader = reader;
    this.counters = counters;
  }

  /** Returns the rank, once the job is over. */
  @Override
  public Iterator<Integer> apply(Iterator<T> partition) {
    BarrierTaskContext context = BarrierTaskContext.get();
    int rank = context.partitionId();
    InetAddress host = host(context.getTaskInfos()[rank].address());
    TaskJson tasks = new TaskJson();
    tasks.keep(TrainListener.class, counters);
    Optional<Faults> mine = Faults.of(faults, rank);
    mine.ifPresent(some -> tasks.keep(Faults.class, some));
    Runnable reading = reader.begin(partition, tasks);
    FutureTask<Integer> membership =
        new FutureTask<>(
            () -> {
              MemberOptions options =
                  new MemberOptions(
                      rank,
                      coordinator,
                      new JobKey(secret.token(), 0),
                      SparkSecurity.tls(),
                      host,
                      timeout,
                      silence);
              new Member(options, tasks, mine.orElse(null)).serve();
              return rank;
            });
    Thread member = new Thread(membership, "lockstep-member-" + rank);
    member.setDaemon(true);
    member.start();
    reading.run();
    return Iterator$.MODULE$.single(await(membership, member));
  }

  private static int await(FutureTask<Integer> membership, Thread member) {
    try {
      return membership.get();
    } catch (InterruptedException e) {
      member.interrupt();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the task was cancelled", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(String.valueOf(e.getMessage()), e);
    }
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
