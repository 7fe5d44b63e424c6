package org.lockstep.nn.norm;

import org.lockstep.comm.Collective;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;

/**
 * Makes the norm layers that a {@link NormSpec} asks for, on one rank. One that makes others, or
 * these with something about them, overrides {@link #create}.
 */
public class NormFactory implements AutoCloseable {
  private final NormSpec spec;
  private final Communicator world;
  private final Communicator group;
  private final BatchNormConfig config;

  /**
   * Prepares the group of ranks that share statistics, for layers with PyTorch's defaults.
   *
   * @param world all ranks; stays the caller's to close
   * @param precision of the layers
   * @throws IllegalArgumentException if the spec does not suit the number of ranks
   */
  @Collective
  public NormFactory(NormSpec spec, Communicator world, Precision precision) {
    this(spec, world, BatchNormConfig.DEFAULT.withPrecision(precision));
  }

  /**
   * The same for other layers.
   *
   * @param config of batch norms, whose eps is also that of group norms and EvoNorm, and its
   *     precision that of all others; a layer's ReLU is its own
   * @throws IllegalArgumentException if the spec does not suit the number of ranks
   */
  @Collective
  public NormFactory(NormSpec spec, Communicator world, BatchNormConfig config) {
    spec.checkWorldSize(world.worldSize());
    this.spec = spec;
    this.world = world;
    this.config = config;
    this.group =
        switch (spec.kind()) {
          case LOCAL -> InProcessGroup.solo();
          case SYNC -> spansWorld() ? world : world.subgroup(spec.size());
          case NONE, GROUP, LAYER, INSTANCE, FRN, EVONORM, RENORM -> world;
        };
  }

  private boolean spansWorld() {
    return spec.size() == 0 || spec.size() == world.worldSize();
  }

  /** The norm that the layers are of. */
  public final NormSpec spec() {
    return spec;
  }

  /** What is added to variances. */
  public double eps() {
    return config.eps();
  }

  /** The precision of the network that the layers are for. */
  public final Precision precision() {
    return config.precision();
  }

  /**
   * A new layer for activations {@code [N, H, W, C]} or {@code [N, C]}.
   *
   * @param name the layer's name, prefix of its parameters' names
   * @param shape of one sample
   * @param relu whether max(0, ·) follows, or what the norm has in its place
   * @throws IllegalArgumentException for {@code NONE}, or if the spec does not suit the channels
   */
  public Layer create(String name, Shape shape, boolean relu) {
    int channels = shape.channels();
    spec.check(name, channels);
    return switch (spec.kind()) {
      case NONE -> throw new IllegalArgumentException(name + ": norm 'none' has no layer");
      case LOCAL, SYNC -> batchNorm(name, channels, config.withRelu(relu));
      case RENORM -> batchNorm(name, channels, renormalized().withRelu(relu));
      case GROUP, LAYER, INSTANCE ->
          new GroupNorm(name, channels, grouped(spec.groups(channels), relu));
      case FRN -> filterResponseNorm(name, shape, relu);
      case EVONORM -> new EvoNorm(name, channels, grouped(evoNormGroups(shape), relu));
    };
  }

  private Layer batchNorm(String name, int channels, BatchNormConfig own) {
    return group == world
        ? BatchNorm.sync(name, channels, own, world)
        : BatchNorm.grouped(name, channels, own, group);
  }

  private BatchNormConfig renormalized() {
    return config.withRenormalization(Renormalization.after(spec.size()));
  }

  /** A group of one value has no variance to divide by. */
  private int evoNormGroups(Shape shape) {
    int channels = shape.channels();
    return shape.size() == channels ? 1 : spec.groups(channels);
  }

  private GroupNormConfig grouped(int groups, boolean relu) {
    return GroupNormConfig.of(groups)
        .withEps(config.eps())
        .withPrecision(config.precision())
        .withRelu(relu);
  }

  private Layer filterResponseNorm(String name, Shape shape, boolean tlu) {
    FilterResponseNormConfig filtered =
        FilterResponseNormConfig.DEFAULT
            .withLearnedEps(shape.size() == shape.channels())
            .withTlu(tlu)
            .withPrecision(config.precision());
    return new FilterResponseNorm(name, shape.channels(), filtered);
  }

  @Override
  public void close() {
    if (group != world) {
      group.close();
    }
  }
}
