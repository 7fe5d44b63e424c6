package org.lockstep.fault;

import java.io.IOException;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  /** Files that are written in their order: who takes the second has written the first. */
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
          return new Watching(files.entrySet().iterator(), event);
        }
      };
    }
  }

  private static final class Watching implements Iterator<Map.Entry<String, byte[]>> {
    private final Iterator<Map.Entry<String, byte[]>> entries;
    private final Runnable event;
    private int taken;

    Watching(Iterator<Map.Entry<String, byte[]>> entries, Runnable event) {
      this.entries = entries;
      this.event = event;
    }

    @Override
    public boolean hasNext() {
      return entries.hasNext();
    }

    @Override
    public Map.Entry<String, byte[]> next() {
      if (taken++ == 1) {
        event.run();
      }
      return entries.next();
    }
  }
}
