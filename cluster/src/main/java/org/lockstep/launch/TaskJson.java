package org.lockstep.launch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.function.Consumer;
import org.lockstep.comm.Communicator;
import org.lockstep.rendezvous.TaskBody;

/** {@link WorkerTask}s, their events and results as JSON; runs those that arrive on a worker. */
public final class TaskJson implements TaskBody {
  private final ObjectMapper mapper = new ObjectMapper();
  private final RankContext.Belongings belongings = new RankContext.Belongings();

  /**
   * The JSON of a task, event or result.
   *
   * @throws IllegalArgumentException if Jackson cannot write it
   */
  public String write(Object value) {
    try {
      return mapper.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "cannot write a " + value.getClass().getName() + " as JSON: " + e.getOriginalMessage(),
          e);
    }
  }

  /**
   * What {@link #write} wrote.
   *
   * @throws IllegalArgumentException if it is not the JSON of a {@code type}
   */
  public <T> T read(String json, Class<T> type) {
    try {
      return mapper.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "cannot read a " + type.getName() + " from JSON: " + e.getOriginalMessage(), e);
    }
  }

  @Override
  public String run(
      String taskClass, String json, Communicator communicator, Consumer<String> events)
      throws Exception {
    Class<?> type = Class.forName(taskClass);
    return run(
        (WorkerTask<?, ?>) read(json, type.asSubclass(WorkerTask.class)), communicator, events);
  }

  private <E, R> String run(
      WorkerTask<E, R> task, Communicator communicator, Consumer<String> events) throws Exception {
    WorkerTask.Events<E> reports =
        communicator.rank() == 0 ? event -> events.accept(write(event)) : event -> {};
    R result = task.run(new RankContext(communicator, belongings), reports);
    if (result == null) {
      throw new IllegalStateException(task.getClass().getName() + " returned null");
    }
    return write(result);
  }

  @Override
  public void close() {
    belongings.close();
  }
}
