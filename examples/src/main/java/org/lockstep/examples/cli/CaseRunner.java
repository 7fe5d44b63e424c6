package org.lockstep.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.nn.Precision;
import org.lockstep.verify.Deviations;
import org.lockstep.verify.GoldenCase;

/** A way to run golden cases on real ranks. One thread calls it. */
@FunctionalInterface
interface CaseRunner extends AutoCloseable {
  /**
   * Runs a case; whatever a rank throws ends it on all ranks and is thrown here.
   *
   * @param folder where {@code golden} was read
   * @return what each rank found, in rank order
   */
  List<Deviations> run(Path folder, GoldenCase golden, Precision precision);

  @Override
  default void close() throws IOException {}

  /** Ranks that are threads of this process. */
  static CaseRunner inProcess() {
    return (folder, golden, precision) -> {
      Deviations[] found = new Deviations[golden.workers()];
      InProcessGroup.run(
          golden.workers(), rank -> found[rank.rank()] = golden.run(rank, precision));
      return List.of(found);
    };
  }
}
