package org.lockstep.fault;

/**
 * One fault at one point of a run of so many ranks.
 *
 * @param fault as on the command line, without where
 * @param point as the matrix calls it
 */
record Cell(int workers, String fault, Point point) {
  /** The step that is struck, counted from 0; checkpoints are after steps 2, 4 and so on. */
  static final int STEP = 3;

  /** Where, and how that is said. */
  enum Point {
    BEFORE_SEND("step=3,layer=norm1,phase=forward", "norm1 forward of step 3"),
    MIDDLE_OF_ALL_REDUCE("step=3,phase=gradient,at=middle", "gradient of step 3"),
    BACKWARD("step=3,phase=backward", "backward of step 3"),
    BUCKET("step=3,phase=gradient", "gradient of step 3"),
    EVALUATION("layer=test images,phase=evaluation", "test images evaluation of step 3"),
    CHECKPOINT("step=4,at=checkpoint", "of step 4"),
    RENDEZVOUS("at=rendezvous", "");

    private final String where;
    private final String named;

    Point(String where, String named) {
      this.where = where;
      this.named = named;
    }

    /** Layer, phase and step, as those who are left tell them. */
    String named() {
      return named;
    }
  }

  /** The last rank but one calls one peer at least and, of four, is called by one. */
  int culprit() {
    return point == Point.CHECKPOINT ? 0 : workers / 2;
  }

  FaultSpec spec() {
    return FaultSpec.parse(
        fault + (fault.contains(":") ? "," : ":") + "rank=" + culprit() + "," + point.where);
  }

  /** Whether the run is to go on as if nothing had been. */
  boolean isHarmless() {
    return spec().kind() == FaultKind.DELAY || spec().kind() == FaultKind.SLICE;
  }

  /** Whether the launcher can be sure of who it was. */
  boolean isOfProcess() {
    return spec().kind().wire() == null;
  }

  @Override
  public String toString() {
    return workers + " ranks, " + spec();
  }
}
