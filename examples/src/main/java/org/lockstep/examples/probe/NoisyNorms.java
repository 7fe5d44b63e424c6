package org.lockstep.examples.probe;

import org.lockstep.comm.Communicator;
import org.lockstep.nn.AddingLayer;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormFactory;
import org.lockstep.nn.norm.NormSpec;

/** Makes batch norms with noise behind them. */
final class NoisyNorms extends NormFactory {
  private final long seed;

  NoisyNorms(Communicator world, Precision precision, long seed) {
    super(NormSpec.parse("sync"), world, precision);
    this.seed = seed;
  }

  @Override
  public AddingLayer create(String name, Shape shape, boolean relu) {
    return new NoisyNorm(super.create(name, shape, false), relu, precision(), seed);
  }
}
