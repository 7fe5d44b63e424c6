package org.lockstep.checkpoint;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A place for checkpoints: each is a set of files under a name. */
public interface CheckpointStore {
  /**
   * Writes all files of a checkpoint, in their order; one of that name that is there already gives
   * way. Who reads finds all of them or no manifest.
   *
   * @throws CheckpointException if something else stands in its place
   */
  void write(String name, Map<String, byte[]> files) throws IOException;

  /**
   * The whole content of one file.
   *
   * @throws CheckpointException if it is not there
   */
  byte[] read(String name, String file) throws IOException;

  /** What is there and may be a checkpoint, in the order of its name; nothing if no place is. */
  List<String> names() throws IOException;

  /** Deletes a checkpoint; nothing happens if there is none of that name. */
  void delete(String name) throws IOException;

  /** Where a checkpoint is, for people. */
  String place(String name);
}
