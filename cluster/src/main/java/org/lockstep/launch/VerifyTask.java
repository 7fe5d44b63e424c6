package org.lockstep.launch;

import java.nio.file.Path;
import org.lockstep.nn.Precision;
import org.lockstep.verify.Deviations;
import org.lockstep.verify.GoldenCase;

/**
 * One golden case on all workers; reports nothing while it runs.
 *
 * @param folder of the case, which every worker reads
 * @param precision one of the case's
 */
public record VerifyTask(String folder, Precision precision)
    implements WorkerTask<Void, Deviations> {
  @Override
  public Deviations run(RankContext rank, Events<Void> events) {
    return GoldenCase.read(Path.of(folder)).run(rank.communicator(), precision);
  }
}
