package org.lockstep.parallel;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.lockstep.comm.Collective;
import org.lockstep.comm.Communicator;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Parameter;
import org.nd4j.linalg.api.ndarray.INDArray;

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
  private final Communicator world;
  private final List<Bucket<?>> buckets = new ArrayList<>();
  private final Map<Layer, List<Bucket.Slot<?>>> slots = new IdentityHashMap<>();

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

  private List<Bucket.Slot<?>> assign(Layer layer) {
    List<Bucket.Slot<?>> assigned = new ArrayList<>();
    for (Parameter parameter : layer.parameters()) {
      if (world.worldSize() > 1 && !parameter.gradientIsGlobal()) {
        assigned.add(bucketFor(parameter.gradient()).add(parameter.gradient()));
      }
    }
    return assigned;
  }

  private Bucket<?> bucketFor(INDArray gradient) {
    if (buckets.isEmpty() || !last().hasRoomFor(gradient.length())) {
      buckets.add(Bucket.like(gradient, "bucket" + buckets.size()));
    }
    return last();
  }

  private Bucket<?> last() {
    return buckets.get(buckets.size() - 1);
  }

  /** Takes the gradients of a layer whose backward pass is done. */
  @Collective
  public void ready(Layer layer, long step) {
    for (Bucket.Slot<?> slot : Objects.requireNonNull(slots.get(layer), layer.name())) {
      slot.fill(world, step);
    }
  }

  /**
   * Waits for all buckets and writes the sums back into the gradients.
   *
   * @throws org.lockstep.comm.CommunicationException if a rank failed or is late
   */
  @Collective
  public void finish() {
    for (Bucket<?> bucket : buckets) {
      bucket.finish(world);
    }
  }
}
