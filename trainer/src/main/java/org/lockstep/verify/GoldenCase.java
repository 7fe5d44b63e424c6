package org.lockstep.verify;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.lockstep.comm.Collective;
import org.lockstep.comm.Communicator;
import org.lockstep.nn.Precision;

/**
 * Inputs for a number of ranks, and what PyTorch computed from them in float64 on the whole batch.
 * Immutable; any thread may run it.
 */
public final class GoldenCase {
  private final int workers;
  private final List<Precision> precisions;
  private final Tolerances tolerances;
  private final Check check;

  private GoldenCase(int workers, List<Precision> precisions, Tolerances tolerances, Check check) {
    this.workers = workers;
    this.precisions = precisions;
    this.tolerances = tolerances;
    this.check = check;
  }

  /**
   * Reads a case with all its arrays.
   *
   * @param folder holds {@code case.json} and the files it names
   * @throws CaseException if something is missing, damaged, of another shape or unknown
   */
  public static GoldenCase read(Path folder) {
    CaseFile file = CaseFile.read(folder);
    int workers = file.count("workers", 1);
    List<Precision> precisions = precisions(file);
    Check check =
        switch (file.text("kind")) {
          case "batchnorm" -> NormCheck.readBatchNorm(file, workers);
          case "groupnorm" -> NormCheck.readGroupNorm(file, workers);
          case "network" -> NetworkCheck.read(file, workers);
          default -> throw file.unexpected("kind", "batchnorm, groupnorm or network");
        };
    Tolerances tolerances = Tolerances.read(file, precisions, check.quantities());
    return new GoldenCase(workers, precisions, tolerances, check);
  }

  private static List<Precision> precisions(CaseFile file) {
    return switch (file.text("input_dtype")) {
      case "float32" -> List.of(Precision.FLOAT32, Precision.FLOAT64);
      case "float64" -> List.of(Precision.FLOAT64);
      default -> throw file.unexpected("input_dtype", "float32 or float64");
    };
  }

  /** How many ranks it is for. */
  public int workers() {
    return workers;
  }

  /** Those in which its inputs are exact, in which it can be run. */
  public List<Precision> precisions() {
    return precisions;
  }

  /**
   * Computes everything on this rank's shards and compares it with what is expected.
   *
   * @param ranks {@link #workers} of them
   * @param precision one of {@link #precisions}
   * @return the errors of this rank's rows and of its copy of what all ranks share
   */
  @Collective
  public Deviations run(Communicator ranks, Precision precision) {
    if (ranks.worldSize() != workers || !precisions.contains(precision)) {
      throw new IllegalArgumentException(
          "expected %d ranks and one of %s, found %d and %s"
              .formatted(workers, precisions, ranks.worldSize(), precision));
    }
    Comparison comparison = new Comparison(ranks);
    check.run(ranks, precision, comparison);
    return comparison.result();
  }

  /**
   * Holds what the ranks found against the tolerances.
   *
   * @param ranks what {@link #run} returned on each
   */
  public Verdict judge(Precision precision, Collection<Deviations> ranks) {
    return Verdict.of(tolerances, precision, Deviations.merge(ranks));
  }
}
