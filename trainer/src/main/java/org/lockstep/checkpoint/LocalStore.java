package org.lockstep.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Checkpoints in a directory of this machine, or one that it has mounted. */
public final class LocalStore implements CheckpointStore {
  private final Path parent;

  /**
   * @param parent made with the first checkpoint
   */
  public LocalStore(Path parent) {
    this.parent = parent.toAbsolutePath().normalize();
  }

  private CheckpointDirectory directory(String name) {
    return new CheckpointDirectory(parent.resolve(name));
  }

  @Override
  public void write(String name, Map<String, byte[]> files) throws IOException {
    directory(name).write(files);
  }

  @Override
  public byte[] read(String name, String file) throws IOException {
    return directory(name).read(file);
  }

  @Override
  public List<String> names() throws IOException {
    return CheckpointDirectory.among(parent);
  }

  @Override
  public void delete(String name) throws IOException {
    directory(name).delete();
  }

  @Override
  public String place(String name) {
    return parent.resolve(name).toString();
  }
}
