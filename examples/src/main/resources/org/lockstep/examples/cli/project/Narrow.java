package @PACKAGE@;

import org.lockstep.models.Model;
import org.lockstep.models.NetworkBuilder;

/** Two convolutions, each with the run's norm behind it. */
public final class Narrow implements Model {
  @Override
  public NetworkBuilder define(NetworkBuilder network, int classes) {
    return network
        .conv(8, 3, 2, 1).norm().relu()
        .conv(16, 3, 2, 1).norm().relu()
        .globalAveragePool().dense(classes);
  }
}
