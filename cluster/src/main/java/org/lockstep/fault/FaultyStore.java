package org.lockstep.fault;

import java.io.IOException;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.lockstep.checkpoint.CheckpointStore;

/** A store in which something happens when the first file of a checkpoint has been written. */
final class FaultyStore implements CheckpointStore {
  private final CheckpointStore store;
  private final Runnable event;

  FaultyStore(CheckpointStore store, Runnable event) {
    this.store = store;
    this.event = event;
  }

  @Override
  public boolean write(String name, Map<String, byte[]> files) throws IOException {
    return store.write(name, new Watched(files, event));
  }

  @Override
  public byte[] read(String name, String file) throws IOException {
    return store.read(name, file);
  }

  @Override
  public List<String> names() throws IOException {
    return store.names();
  }

  @Override
  public void delete(String name) throws IOException {
    store.delete(name);
  }

  @Override
  public String place(String name) {
    return store.place(name);
  }

  /** Files that are written in their order: who asks for the second has written the first. */
  private static final class Watched extends AbstractMap<String, byte[]> {
    private final Map<String, byte[]> files;
    private final Runnable event;

    Watched(Map<String, byte[]> files, Runnable event) {
      this.files = files;
      this.event = event;
    }

    @Override
    public Set<Entry<String, byte[]>> entrySet() {
      return new AbstractSet<>() {
        @Override
        public int size() {
          return files.size();
        }

        @Override
        public Iterator<Entry<String, byte[]>> iterator() {
          AtomicInteger asked = new AtomicInteger();
          return files.entrySet().stream()
              .peek(
                  entry -> {
                    if (asked.getAndIncrement() == 1) {
                      event.run();
                    }
                  })
              .iterator();
        }
      };
    }
  }
}
