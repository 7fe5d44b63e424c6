package org.lockstep.fault;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.lockstep.checkpoint.CheckpointStore;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.transport.FaultyWire;
import org.lockstep.transport.WireFault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The faults that are to strike one rank. It looks at the tag of each collective before that is
 * passed on, so nobody else has to know; what happens to connections, or in the middle of a
 * collective, is left to the rank's {@link FaultyWire}.
 *
 * <p>Thread rule: the rank's thread.
 */
public final class Faults {
  private static final Logger log = LoggerFactory.getLogger(Faults.class);

  private final List<FaultSpec> ahead;
  private final FaultyWire wire = new FaultyWire();

  private Faults(List<FaultSpec> faults) {
    ahead = new ArrayList<>(faults);
  }

  /** Those of {@code faults} that are rank {@code rank}'s, if there are any. */
  public static Optional<Faults> of(List<FaultSpec> faults, int rank) {
    List<FaultSpec> mine = faults.stream().filter(fault -> fault.rank() == rank).toList();
    return mine.isEmpty() ? Optional.empty() : Optional.of(new Faults(mine));
  }

  /** What the rank's connections go over. */
  public FaultyWire wire() {
    return wire;
  }

  /** The same ranks, on which faults strike. */
  public Communicator around(Communicator ranks) {
    return new FaultyCommunicator(ranks, this);
  }

  /**
   * The same store, in which the fault strikes that is to come with the checkpoint of that step.
   */
  public CheckpointStore around(CheckpointStore store, long step) {
    return new FaultyStore(store, () -> reached(FaultPoint.CHECKPOINT, step));
  }

  /** The rank has come to a point outside of collectives, after so many steps. */
  public void reached(FaultPoint point, long steps) {
    for (FaultSpec fault : take(f -> f.fits(point, steps))) {
      strike(fault, 0);
    }
  }

  /**
   * The rank is about to begin a collective.
   *
   * @param bytes what travels of it when half is done
   */
  void before(OpTag tag, long bytes) {
    wire.mend();
    for (FaultSpec fault : take(f -> f.fits(tag))) {
      strike(fault, fault.at() == FaultPoint.MIDDLE ? bytes : 0);
    }
  }

  private interface Fit {
    boolean of(FaultSpec fault);
  }

  private List<FaultSpec> take(Fit fit) {
    List<FaultSpec> taken = new ArrayList<>();
    for (Iterator<FaultSpec> faults = ahead.iterator(); faults.hasNext(); ) {
      FaultSpec fault = faults.next();
      if (fit.of(fault)) {
        faults.remove();
        taken.add(fault);
      }
    }
    return taken;
  }

  private void strike(FaultSpec fault, long bytes) {
    log.warn("The fault {} strikes", fault);
    WireFault onWire = fault.kind().wire();
    if (onWire != null) {
      wire.fail(onWire, bytes);
    } else if (fault.at() == FaultPoint.MIDDLE) {
      wire.interrupt(() -> Misfortune.strike(fault), bytes);
    } else {
      Misfortune.strike(fault);
    }
  }
}
