package org.lockstep.verify;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run of a case found: for every quantity how far it was from what is expected. Each rank
 * finds its own; {@link #merge} puts them together.
 *
 * @param worst one a quantity
 */
public record Deviations(List<Deviation> worst) {
  public Deviations {
    worst = List.copyOf(worst);
  }

  /** The worst of every quantity over all ranks. */
  public static Deviations merge(Collection<Deviations> ranks) {
    Map<String, Deviation> merged = new LinkedHashMap<>();
    for (Deviations rank : ranks) {
      for (Deviation deviation : rank.worst) {
        merged.merge(deviation.quantity(), deviation, Deviation::worse);
      }
    }
    return new Deviations(List.copyOf(merged.values()));
  }
}
