package org.lockstep.parallel;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.Collective;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.Work;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Parameter;

/**
 * Sums gradients over the ranks while the backward pass goes on (Li et al. 2020, "PyTorch
 * Distributed", section 3.2). Gradients are packed in the order in which the backward pass finishes
 * them, last layer first; a bucket starts its all-reduce when its last gradient is there. What a
 * layer's own collective has summed already ({@link Parameter#gradientIsGlobal}) stays out.
 *
 * <p>The cut into buckets follows from the layers alone, so it is the same on every rank. Thread
 * rule: the rank's training thread.
 */
public final class GradientBuckets {
  /** Floats a bucket holds at most (1 MiB), unless one gradient alone is larger. */
  static final int CAPACITY = 1 << 18;

  private final Communicator world;
  private final List<Bucket> buckets = new ArrayList<>();
  private final Map<Layer, Slot[]> slots = new IdentityHashMap<>();

  /**
   * @param layers all layers of the network, in forward order
   * @param world the ranks that share the gradients
   */
  public GradientBuckets(List<Layer> layers, Communicator world) {
    this.world = world;
    for (int i = layers.size() - 1; i >= 0; i--) {
      Layer layer = layers.get(i);
      slots.put(layer, assign(layer));
    }
    buckets.forEach(Bucket::allocate);
  }

  private Slot[] assign(Layer layer) {
    if (world.worldSize() == 1) {
      return new Slot[0];
    }
    return layer.parameters().stream()
        .filter(parameter -> !parameter.gradientIsGlobal())
        .map(this::assign)
        .toArray(Slot[]::new);
  }

  private Slot assign(Parameter parameter) {
    int length = Math.toIntExact(parameter.gradient().length());
    if (buckets.isEmpty() || !last().hasRoomFor(length)) {
      buckets.add(new Bucket("bucket" + buckets.size()));
    }
    return last().add(HostMemory.floats(parameter.gradient()), length);
  }

  private Bucket last() {
    return buckets.get(buckets.size() - 1);
  }

  /** Takes the gradients of a layer whose backward pass is done. */
  @Collective
  public void ready(Layer layer, long step) {
    for (Slot slot : Objects.requireNonNull(slots.get(layer), layer.name())) {
      slot.bucket.fill(slot, world, step);
    }
  }

  /**
   * Waits for all buckets and writes the sums back into the gradients.
   *
   * @throws org.lockstep.comm.CommunicationException if a rank failed or is late
   */
  @Collective
  public void finish() {
    for (Bucket bucket : buckets) {
      bucket.finish(world);
    }
  }

  private record Slot(Bucket bucket, FloatBuffer gradient, int offset, int length) {}

  /** Gradients that travel together. */
  private static final class Bucket {
    private final String name;
    private final List<Slot> members = new ArrayList<>();
    private float[] values = new float[0];
    private int size;
    private int filled;
    private @Nullable Work work;

    Bucket(String name) {
      this.name = name;
    }

    boolean hasRoomFor(int length) {
      return size + length <= CAPACITY;
    }

    Slot add(FloatBuffer gradient, int length) {
      Slot slot = new Slot(this, gradient, size, length);
      members.add(slot);
      size += length;
      return slot;
    }

    void allocate() {
      values = new float[size];
    }

    void fill(Slot slot, Communicator world, long step) {
      slot.gradient.get(0, values, slot.offset, slot.length);
      filled++;
      if (filled == members.size()) {
        work = world.allReduceAsync(values, 0, size, new OpTag(step, name, Phase.GRADIENT));
      }
    }

    void finish(Communicator world) {
      if (work == null) {
        throw new IllegalStateException(
            name
                + ": "
                + filled
                + " of "
                + members.size()
                + " gradients are ready; finish()"
                + " follows a whole backward pass");
      }
      work.await(world.timeout());
      for (Slot slot : members) {
        slot.gradient.put(0, values, slot.offset, slot.length);
      }
      work = null;
      filled = 0;
    }
  }
}
