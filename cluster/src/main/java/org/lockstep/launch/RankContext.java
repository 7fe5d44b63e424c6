package org.lockstep.launch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private final Map<Class<?>, Object> things = new LinkedHashMap<>();

    /** The last one first, since it may need one before it. */
    @Override
    public void close() {
      List<Class<?>> newestFirst = new ArrayList<>(things.keySet());
      Collections.reverse(newestFirst);
      newestFirst.forEach(this::drop);
    }

    <T> void put(Class<T> type, T thing) {
      drop(type);
      things.put(type, thing);
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
    belongings.put(type, thing);
  }

  /**
   * What was left behind.
   *
   * @throws IllegalStateException if nothing of that type was
   */
  public <T> T kept(Class<T> type) {
    return find(type)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "rank %d expected a %s to be there"
                        .formatted(communicator.rank(), type.getSimpleName())));
  }

  /** What was left behind, if anything of that type was. */
  public <T> Optional<T> find(Class<T> type) {
    return Optional.ofNullable(belongings.things.get(type)).map(type::cast);
  }

  /** Closes what was left behind. */
  public void drop(Class<?> type) {
    belongings.drop(type);
  }
}
