package org.lockstep.examples.probe;

import org.lockstep.comm.Communicator;
import org.lockstep.nn.Precision;
import org.lockstep.nn.norm.NormFactory;
import org.lockstep.nn.norm.NormSpec;

/** The networks that are probed; all begin with the same weights. */
public enum Subject {
  /** Without norms. */
  PLAIN("no norm"),
  /** Batch norm before every ReLU. */
  NORMALIZED("batch norm"),
  /** The same with noise between the norm and the ReLU, see {@link NoisyNorm}. */
  NOISY("batch norm, noise");

  private final String label;

  Subject(String label) {
    this.label = label;
  }

  /** As reports name it. */
  public String label() {
    return label;
  }

  /**
   * The norms of its network.
   *
   * @param world a group of one
   * @param seed of the noise
   */
  NormFactory norms(Communicator world, Precision precision, long seed) {
    return switch (this) {
      case PLAIN -> new NormFactory(NormSpec.parse("none"), world, precision);
      case NORMALIZED -> new NormFactory(NormSpec.parse("sync"), world, precision);
      case NOISY -> new NoisyNorms(world, precision, seed);
    };
  }
}
