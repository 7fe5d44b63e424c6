package org.lockstep.examples.report;

import org.lockstep.nn.norm.NormSpec;

/** What people call a norm: {@code Sync-BN} for {@code sync}. */
public final class NormLabel {
  private NormLabel() {}

  /**
   * @param norm see {@link NormSpec#parse}
   */
  public static String of(String norm) {
    NormSpec spec = NormSpec.parse(norm);
    return of(spec) + (spec.standardizedWeights() ? " + WS" : "");
  }

  private static String of(NormSpec spec) {
    return switch (spec.kind()) {
      case NONE -> "no norm";
      case LOCAL -> "local BN";
      case SYNC -> spec.size() == 0 ? "Sync-BN" : "Sync-BN(" + spec.size() + ")";
      case GROUP -> "GroupNorm(" + spec.size() + ")";
      case LAYER -> "LayerNorm";
      case INSTANCE -> "InstanceNorm";
      case FRN -> "FRN";
      case RENORM -> "Batch Renorm(" + spec.size() + ")";
      case EVONORM -> "EvoNorm-S0(" + spec.size() + ")";
    };
  }
}
