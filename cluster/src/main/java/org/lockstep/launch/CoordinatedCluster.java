package org.lockstep.launch;

import java.util.List;
import java.util.function.Consumer;
import org.lockstep.rendezvous.ClusterException;
import org.lockstep.rendezvous.Coordinator;

/** A cluster whose workers have joined a {@link Coordinator} in this JVM. */
public abstract class CoordinatedCluster implements Cluster {
  private final Coordinator coordinator;
  private final TaskJson json = new TaskJson();

  protected CoordinatedCluster(Coordinator coordinator) {
    this.coordinator = coordinator;
  }

  protected final Coordinator coordinator() {
    return coordinator;
  }

  @Override
  public final int size() {
    return coordinator.worldSize();
  }

  @Override
  public final <E, R> List<R> run(WorkerTask<E, R> task, Consumer<? super E> events) {
    if (!task.getClass().isRecord()) {
      throw new IllegalArgumentException(task.getClass().getName() + " is not a record");
    }
    boolean done = false;
    try {
      List<String> results =
          coordinator.run(
              task.getClass().getName(),
              json.write(task),
              event -> events.accept(json.readEvent(task, event)));
      done = true;
      return results.stream().map(result -> json.readResult(task, result)).toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted " + coordinator.activity(), e);
    } finally {
      if (!done) {
        close();
      }
    }
  }
}
