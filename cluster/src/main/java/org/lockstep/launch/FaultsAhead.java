package org.lockstep.launch;

import java.util.List;
import org.lockstep.fault.Faults;

/** Asks the ranks which of their faults have not struck; each returns a sentence about each. */
public record FaultsAhead() implements WorkerTask<Void, List<String>> {
  @Override
  public List<String> run(RankContext rank, Events<Void> events) {
    return rank.find(Faults.class).map(Faults::unstruck).orElse(List.of());
  }
}
