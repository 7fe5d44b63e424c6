package org.lockstep.parallel;

import java.nio.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.Collective;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.Work;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Gradients of one precision that travel together. Belongs to the rank's training thread. */
abstract class Bucket<B extends Buffer> {
  /** Values a bucket holds at most (1 MiB in float32), unless one gradient alone is larger. */
  static final int CAPACITY = 1 << 18;

  private final String name;
  private final List<Slot<B>> members = new ArrayList<>();
  private int size;
  private int filled;
  private @Nullable Work work;

  Bucket(String name) {
    this.name = name;
  }

  /** A bucket for gradients like {@code gradient}. */
  static Bucket<?> like(INDArray gradient, String name) {
    return switch (Precision.of(gradient)) {
      case FLOAT32 -> new FloatBucket(name);
      case FLOAT64 -> new DoubleBucket(name);
      case BF16 -> throw new IllegalArgumentException(name + ": no gradient travels in bf16");
    };
  }

  /** The memory of a gradient. */
  abstract B memory(INDArray gradient);

  /** Makes room for {@code size} values. */
  abstract void allocate(int size);

  /** Copies a gradient into its place among the values. */
  abstract void pack(B gradient, int offset, int length);

  /** Copies a gradient's place among the values into it. */
  abstract void unpack(B gradient, int offset, int length);

  /** Starts to sum the first {@code size} values over the ranks. */
  @Collective
  abstract Work sum(Communicator world, int size, OpTag tag);

  final boolean hasRoomFor(long length) {
    return size + length <= CAPACITY;
  }

  final Slot<B> add(INDArray gradient) {
    int length = Math.toIntExact(gradient.length());
    Slot<B> slot = new Slot<>(this, memory(gradient), size, length);
    members.add(slot);
    size += length;
    return slot;
  }

  /** Follows the last {@link #add}. */
  final void allocate() {
    allocate(size);
  }

  private void fill(Slot<B> slot, Communicator world, long step) {
    pack(slot.gradient, slot.offset, slot.length);
    filled++;
    if (filled == members.size()) {
      work = sum(world, size, new OpTag(step, name, Phase.GRADIENT));
    }
  }

  /** Waits for the sums and writes them back into the gradients. */
  @Collective
  final void finish(Communicator world) {
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
    for (Slot<B> slot : members) {
      unpack(slot.gradient, slot.offset, slot.length);
    }
    work = null;
    filled = 0;
  }

  /** One gradient's place in its bucket. */
  record Slot<B extends Buffer>(Bucket<B> bucket, B gradient, int offset, int length) {
    /** Takes the gradient, which is ready; the last one of a bucket sends it off. */
    @Collective
    void fill(Communicator world, long step) {
      bucket.fill(this, world, step);
    }
  }
}
