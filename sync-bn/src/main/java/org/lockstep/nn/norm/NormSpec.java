package org.lockstep.nn.norm;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Map;

/**
 * Which normalization a network uses, as written on the command line: {@code none}, {@code local},
 * {@code sync}, {@code sync:K}, {@code group}, {@code group:G}, {@code layer}, {@code instance},
 * {@code frn}, {@code evonorm}, {@code evonorm:G}, {@code renorm}, {@code renorm:N}; any but {@code
 * none} also with {@code +ws} behind it, for convolutions of standardized weights in front of it.
 *
 * @param kind the family
 * @param size ranks that share statistics for {@code SYNC} (0: all), groups for {@code GROUP} and
 *     {@code EVONORM}, steps of warm-up for {@code RENORM}, otherwise 0
 * @param standardizedWeights whether the convolutions in front of the norms have such
 */
public record NormSpec(Kind kind, int size, boolean standardizedWeights) {
  /** Groups that {@code group} alone means. */
  public static final int DEFAULT_GROUPS = 8;

  /**
   * Steps of warm-up that {@code renorm} alone means: the paper's schedule 50 times as fast, for
   * runs of a thousand steps; {@code renorm:5000} is the paper's.
   */
  public static final int DEFAULT_WARM_UP = Renormalization.PAPERS_WARM_UP / 50;

  /** The names, as help and errors list them. */
  public static final String NAMES =
      "none, local, sync, sync:K, group, group:G, layer, instance, frn, evonorm, evonorm:G, renorm or renorm:N,"
          + " any but none also with standardized weights: group:8+ws";

  private static final String STANDARDIZED = "+ws";

  private static final Map<String, Kind> SIZED =
      Map.of(
          "sync", Kind.SYNC, "group", Kind.GROUP, "evonorm", Kind.EVONORM, "renorm", Kind.RENORM);

  public NormSpec {
    boolean fits =
        switch (kind) {
          case GROUP, EVONORM, RENORM -> size >= 1;
          case SYNC -> size >= 0;
          case NONE, LOCAL, LAYER, INSTANCE, FRN -> size == 0;
        };
    if (!fits) {
      throw new IllegalArgumentException("norm " + kind + " takes no size of " + size);
    }
    if (kind == Kind.NONE && standardizedWeights) {
      throw new IllegalArgumentException(
          "norm 'none+ws': standardized weights need a norm behind them; expected " + NAMES);
    }
  }

  /** A norm behind weights as they are. */
  public NormSpec(Kind kind, int size) {
    this(kind, size, false);
  }

  /** The families of normalization. */
  public enum Kind {
    NONE,
    LOCAL,
    SYNC,
    GROUP,
    LAYER,
    INSTANCE,
    /** See {@link FilterResponseNorm}. */
    FRN,
    /**
     * See {@link EvoNorm}; a layer of fewer channels has a group a channel, and one of vectors is a
     * group.
     */
    EVONORM,
    /** Batch norm of all ranks with a {@link Renormalization}. */
    RENORM
  }

  /**
   * Reads a name.
   *
   * @throws IllegalArgumentException for an unknown name or a size that is no positive number
   */
  public static NormSpec parse(String text) {
    if (text.endsWith(STANDARDIZED)) {
      NormSpec plain = parsePlain(text.substring(0, text.length() - STANDARDIZED.length()));
      return new NormSpec(plain.kind, plain.size, true);
    }
    return parsePlain(text);
  }

  private static NormSpec parsePlain(String text) {
    return switch (text) {
      case "none" -> new NormSpec(Kind.NONE, 0);
      case "local" -> new NormSpec(Kind.LOCAL, 0);
      case "sync" -> new NormSpec(Kind.SYNC, 0);
      case "group" -> new NormSpec(Kind.GROUP, DEFAULT_GROUPS);
      case "layer" -> new NormSpec(Kind.LAYER, 0);
      case "instance" -> new NormSpec(Kind.INSTANCE, 0);
      case "frn" -> new NormSpec(Kind.FRN, 0);
      case "evonorm" -> new NormSpec(Kind.EVONORM, EvoNorm.DEFAULT_GROUPS);
      case "renorm" -> new NormSpec(Kind.RENORM, DEFAULT_WARM_UP);
      default -> parseSized(text);
    };
  }

  private static NormSpec parseSized(String text) {
    int colon = text.indexOf(':');
    String family = colon < 0 ? text : text.substring(0, colon);
    if (colon < 0 || !SIZED.containsKey(family)) {
      throw new IllegalArgumentException("unknown norm '" + text + "': expected " + NAMES);
    }
    String digits = text.substring(colon + 1);
    if (!digits.matches("[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException(
          "norm '"
              + text
              + "': expected a positive whole number after the colon, found '"
              + digits
              + "'");
    }
    return new NormSpec(requireNonNull(SIZED.get(family)), Integer.parseInt(digits));
  }

  /**
   * The same norm where one rank is all there is, as in evaluation, which shares nothing: a group
   * of ranks is as good as all of them.
   */
  public NormSpec alone() {
    return kind == Kind.SYNC ? new NormSpec(Kind.SYNC, 0, standardizedWeights) : this;
  }

  /**
   * Checks that a layer of {@code channels} channels can have this norm.
   *
   * @throws IllegalArgumentException if the groups do not divide the channels, naming {@code layer}
   */
  public void check(String layer, int channels) {
    if (kind == Kind.GROUP || kind == Kind.EVONORM) {
      GroupNorm.checkGroups(layer, channels, groups(channels));
    }
  }

  /** Groups in a layer of {@code channels} channels, for a norm that has groups. */
  int groups(int channels) {
    return switch (kind) {
      case GROUP -> size;
      case EVONORM -> Math.min(size, channels);
      case INSTANCE -> channels;
      case LAYER -> 1;
      case NONE, LOCAL, SYNC, FRN, RENORM ->
          throw new IllegalStateException(this + " has no groups");
    };
  }

  /**
   * Checks that {@code worldSize} ranks can run this norm.
   *
   * @throws IllegalArgumentException if groups of the size asked for do not divide the ranks
   */
  public void checkWorldSize(int worldSize) {
    if (kind == Kind.SYNC && size > 0 && worldSize % size != 0) {
      throw new IllegalArgumentException(
          "norm '"
              + this
              + "': expected a group size that divides the "
              + worldSize
              + " workers, found "
              + size);
    }
  }

  /** Whether all ranks track the same running statistics, or none at all. */
  public boolean statisticsAreGlobal(int worldSize) {
    return switch (kind) {
      case LOCAL -> worldSize == 1;
      case SYNC -> size == 0 || size == worldSize;
      case NONE, GROUP, LAYER, INSTANCE, FRN, EVONORM, RENORM -> true;
    };
  }

  /** The name that {@link #parse} reads back; {@code group:8} for {@code group}. */
  @Override
  public String toString() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    return (size == 0 ? name : name + ":" + size) + (standardizedWeights ? STANDARDIZED : "");
  }
}
