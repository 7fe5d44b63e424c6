package org.lockstep.verify;

import java.nio.file.Path;
import java.util.List;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.nn.Precision;

/** The golden cases in this module's resources. */
final class Cases {
  /** Tests start in their module's directory. */
  static final Path DIRECTORY = Path.of("src", "test", "resources", "golden");

  private Cases() {}

  static List<String> all() {
    return CaseFolders.of(DIRECTORY).stream().map(f -> f.getFileName().toString()).toList();
  }

  static Verdict run(Path folder, Precision precision) {
    GoldenCase golden = GoldenCase.read(folder);
    Deviations[] found = new Deviations[golden.workers()];
    InProcessGroup.run(found.length, rank -> found[rank.rank()] = golden.run(rank, precision));
    return golden.judge(precision, List.of(found));
  }
}
