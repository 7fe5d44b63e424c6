package org.lockstep.verify;

import java.util.Locale;
import org.lockstep.models.Network;
import org.lockstep.optim.Sgd;

/**
 * An optimizer at rest; see {@link Sgd}.
 *
 * @param rate the learning rate
 */
record SgdSetup(double rate, double momentum, double weightDecay, boolean nesterov) {
  static SgdSetup read(CaseFile optimizer) {
    if (!optimizer.text("kind").toLowerCase(Locale.ROOT).equals("sgd")) {
      throw optimizer.unexpected("kind", "SGD");
    }
    return new SgdSetup(
        optimizer.number("lr"),
        optimizer.number("momentum"),
        optimizer.number("weight_decay"),
        optimizer.has("nesterov") && optimizer.flag("nesterov"));
  }

  Sgd build(Network network) {
    return new Sgd(network.parameters(), momentum, weightDecay, nesterov);
  }
}
