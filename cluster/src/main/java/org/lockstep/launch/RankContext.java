package org.lockstep.launch;

import java.util.HashMap;
import java.util.Map;
import org.lockstep.comm.Communicator;

/**
 * A rank as its tasks see it: the communicator, and what a task leaves behind for those that
 * follow, at most one thing of a type. For the rank's thread.
 */
public final class RankContext {
  private final Communicator communicator;
  private final Belongings belongings;

  /** What tasks have left behind on a rank. */
  static final class Belongings implements AutoCloseable {
    private final Map<Class<?>, Object> things = new HashMap<>();

    @Override
    public void close() {
      things.keySet().stream().toList().forEach(this::drop);
    }

    private void drop(Class<?> type) {
      if (things.remove(type) instanceof AutoCloseable thing) {
        try {
          thing.close();
        } catch (RuntimeException e) {
          throw e;
        } catch (Exception e) {
          throw new IllegalStateException("cannot close a " + type.getName(), e);
        }
      }
    }
  }

  /** A rank on which no task has left anything behind. */
  public RankContext(Communicator communicator) {
    this(communicator, new Belongings());
  }

  RankContext(Communicator communicator, Belongings belongings) {
    this.communicator = communicator;
    this.belongings = belongings;
  }

  /** All ranks of the cluster; stays open after the task. */
  public Communicator communicator() {
    return communicator;
  }

  /** Leaves something behind, which is closed when it gives way to another or the rank ends. */
  public <T> void keep(Class<T> type, T thing) {
    belongings.drop(type);
    belongings.things.put(type, thing);
  }

  /**
   * What was left behind.
   *
   * @throws IllegalStateException if nothing of that type was
   */
  public <T> T kept(Class<T> type) {
    T thing = type.cast(belongings.things.get(type));
    if (thing == null) {
      throw new IllegalStateException(
          "rank " + communicator.rank() + " expected a " + type.getSimpleName() + " to be there");
    }
    return thing;
  }

  /** Closes what was left behind. */
  public void drop(Class<?> type) {
    belongings.drop(type);
  }
}
