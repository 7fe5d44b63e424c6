package org.lockstep.fault;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;

/**
 * One fault that is asked for. As text {@code kill:rank=2,step=5,layer=bn1,phase=forward}: the
 * kind, then where; what is left out may be anything. It strikes once, at the first place that
 * fits.
 *
 * @param kind what goes wrong
 * @param delay how late the rank is, as {@code delay:200ms,rank=1}; zero for other kinds
 * @param rank on which
 * @param step of the collective or the checkpoint, counted from 0; null: any
 * @param layer of the collective, or {@code bucket0} and the like; null: any
 * @param phase of the collective; null: any
 * @param at see {@link FaultPoint}
 * @param attempt how often the workers had been started again; 0, so that a restart goes well
 */
public record FaultSpec(
    FaultKind kind,
    Duration delay,
    int rank,
    @Nullable Long step,
    @Nullable String layer,
    @Nullable Phase phase,
    FaultPoint at,
    int attempt)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public FaultSpec {
    boolean isDelay = kind == FaultKind.DELAY;
    require(
        isDelay == delay.toMillis() > 0,
        "time",
        isDelay ? "one such as delay:200ms" : "none with " + kind,
        delay.isZero() ? "none" : text(delay));
    require(rank >= 0, "rank", "0 or more", rank);
    require(step == null || step >= 0, "step", "0 or more", step);
    require(attempt >= 0, "attempt", "0 or more", attempt);
    require(at != FaultPoint.RENDEZVOUS || step == null, "step", "none with at=" + at, step);
    require(at.isCollective() || layer == null, "layer", "none with at=" + at, layer);
    require(at.isCollective() || phase == null, "phase", "none with at=" + at, phase);
    require(at != FaultPoint.CHECKPOINT || rank == 0, "rank", "0, which writes checkpoints", rank);
  }

  private static void require(
      boolean holds, String option, String expected, @Nullable Object found) {
    if (!holds) {
      throw new IllegalArgumentException(option + ": expected " + expected + ", found " + found);
    }
  }

  /**
   * What {@link #toString} writes.
   *
   * @throws IllegalArgumentException in one sentence, if that is no fault
   */
  public static FaultSpec parse(String text) {
    try {
      return FaultText.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("fault '" + text + "': " + e.getMessage(), e);
    }
  }

  /** Those of one attempt. */
  public static List<FaultSpec> ofAttempt(List<FaultSpec> faults, int attempt) {
    return faults.stream().filter(fault -> fault.attempt == attempt).toList();
  }

  /** Whether it strikes in this collective. */
  boolean fits(OpTag tag) {
    return at.isCollective()
        && (step == null || step == tag.step())
        && (layer == null || layer.equals(tag.layer()))
        && (phase == null || phase == tag.phase());
  }

  /** Whether it strikes here, outside of collectives. */
  boolean fits(FaultPoint point, long steps) {
    return at == point && (step == null || step == steps);
  }

  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(",", kind + ":", "");
    if (!delay.isZero()) {
      text.add(text(delay));
    }
    text.add("rank=" + rank);
    add(text, "step", step);
    add(text, "layer", layer);
    add(text, "phase", phase == null ? null : FaultText.word(phase));
    add(text, "at", at == FaultPoint.START ? null : at);
    add(text, "attempt", attempt == 0 ? null : attempt);
    return text.toString();
  }

  private static void add(StringJoiner text, String option, @Nullable Object value) {
    if (value != null) {
      text.add(option + "=" + value);
    }
  }

  private static String text(Duration delay) {
    return delay.toMillis() + "ms";
  }
}
