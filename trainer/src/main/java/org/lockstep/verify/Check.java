package org.lockstep.verify;

import java.util.List;
import org.lockstep.comm.Collective;
import org.lockstep.comm.Communicator;
import org.lockstep.nn.Precision;

/** What a case of one kind computes and compares. Immutable. */
interface Check {
  /** The names of all that is compared and has a tolerance. */
  List<String> quantities();

  /** Runs this rank's part. */
  @Collective
  void run(Communicator ranks, Precision precision, Comparison comparison);
}
