package org.lockstep.verify;

import java.util.List;
import org.lockstep.comm.Communicator;
import org.lockstep.nn.Precision;

/**
 * A network in training. Compared are loss and logits of every step, and all parameters and running
 * statistics after it. The gradients of step 0, which a case also has, are not: it gives no
 * tolerance for them, and what they are wrong by shows in the parameters, which differ by the
 * learning rate times that.
 *
 * @param setup the network
 * @param optimizer of its parameters
 * @param steps one after the other
 */
record NetworkCheck(NetworkSetup setup, SgdSetup optimizer, List<NetworkStep> steps)
    implements Check {
  static NetworkCheck read(CaseFile file, int workers) {
    NetworkSetup setup = NetworkSetup.read(file);
    return new NetworkCheck(
        setup,
        SgdSetup.read(file.part("optimizer")),
        file.parts("steps").stream().map(part -> NetworkStep.read(part, setup, workers)).toList());
  }

  @Override
  public List<String> quantities() {
    return steps.stream().flatMap(NetworkStep::quantities).distinct().toList();
  }

  @Override
  public void run(Communicator ranks, Precision precision, Comparison comparison) {
    try (NetworkRun run = new NetworkRun(this, precision, ranks, comparison)) {
      for (int i = 0; i < steps.size(); i++) {
        run.train(steps.get(i), i);
      }
    }
  }
}
