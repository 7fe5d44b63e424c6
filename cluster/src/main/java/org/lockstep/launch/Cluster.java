package org.lockstep.launch;

import java.util.List;
import java.util.function.Consumer;
import org.lockstep.train.TrainConfig;
import org.lockstep.train.TrainListener;

/** Workers that run tasks together, wherever they are. The first failure closes it. */
public interface Cluster extends AutoCloseable {
  /**
   * Runs a task on every worker.
   *
   * @param task a record
   * @param events takes what rank 0 reports, on the calling thread
   * @return the results in rank order
   * @throws org.lockstep.rendezvous.ClusterException as soon as a worker fails or ends; the cluster
   *     is closed then
   */
  <E, R> List<R> run(WorkerTask<E, R> task, Consumer<? super E> events);

  /**
   * Begins a training run: makes it known where the workers are, before the first of its tasks.
   *
   * @return hears there how the run goes on
   * @throws org.lockstep.rendezvous.ClusterException if there are no workers for it
   */
  default TrainListener begin(TrainConfig config) {
    return TrainListener.SILENT;
  }

  /** The number of workers. */
  int size();

  /** What and where the workers are, for example {@code 8 processes on one machine}. */
  String description();

  /** Ends the workers. */
  @Override
  void close();
}
