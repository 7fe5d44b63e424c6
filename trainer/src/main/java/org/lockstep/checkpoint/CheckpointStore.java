package org.lockstep.checkpoint;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A place for the checkpoints of one run: each is a set of files under a name, and stays as it is
 * until it is deleted. However a writer ends, those that were there before are there still.
 */
public interface CheckpointStore {
  /**
   * Writes all files of a checkpoint, in their order, the manifest last. Who reads finds all of
   * them or no manifest.
   *
   * @return false, and nothing is written, if there is something of that name
   * @throws CheckpointException in one sentence with file and cause, if it cannot be written
   */
  boolean write(String name, Map<String, byte[]> files) throws IOException;

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
