package org.lockstep.launch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.function.Consumer;
import org.lockstep.comm.Communicator;
import org.lockstep.rendezvous.TaskBody;
import org.lockstep.trace.TraceFile;
import org.lockstep.transport.FlightRecorder;

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
    return read(json, mapper.constructType(type));
  }

  /** An event of {@code task}; the rest as {@link #read}. */
  <E> E readEvent(WorkerTask<E, ?> task, String json) {
    return read(json, declared(task)[0]);
  }

  /** A result of {@code task}; the rest as {@link #read}. */
  <R> R readResult(WorkerTask<?, R> task, String json) {
    return read(json, declared(task)[1]);
  }

  /** What its class says its events and results are. */
  private JavaType[] declared(WorkerTask<?, ?> task) {
    JavaType type = mapper.constructType(task.getClass());
    return mapper.getTypeFactory().findTypeParameters(type, WorkerTask.class);
  }

  @SuppressWarnings(
      "TypeParameterUnusedInFormals") // A JavaType does not tell the compiler its own.
  private <T> T read(String json, JavaType type) {
    try {
      return mapper.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "cannot read a %s from JSON: %s"
              .formatted(type.getRawClass().getName(), e.getOriginalMessage()),
          e);
    }
  }

  /** Leaves something to all tasks of this rank, before the first of them. */
  public <T> void keep(Class<T> type, T thing) {
    belongings.put(type, thing);
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
    R result = timed(task, new RankContext(communicator, belongings), reports);
    if (result == null) {
      throw new IllegalStateException(task.getClass().getName() + " returned null");
    }
    return write(result);
  }

  private static <E, R> R timed(
      WorkerTask<E, R> task, RankContext rank, WorkerTask.Events<E> reports) throws Exception {
    long begin = System.nanoTime();
    try {
      return task.run(rank, reports);
    } finally {
      String name = task.getClass().getSimpleName();
      rank.find(TraceFile.class).ifPresent(trace -> trace.task(name, begin));
    }
  }

  @Override
  public void joined(FlightRecorder recorder) {
    keep(FlightRecorder.class, recorder);
  }

  @Override
  public void close() {
    belongings.close();
  }
}
