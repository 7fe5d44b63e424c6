package org.lockstep.fault;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.lockstep.checkpoint.CheckpointStore;
import org.lockstep.comm.CommunicationException;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
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
  private final Collection<String> layers = new TreeSet<>();
  private long step;

  /** What the rank is to throw although the fault struck on a connection's thread. */
  private volatile @Nullable IllegalStateException thrown;

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
   * @param ranks between which
   * @param bytes what travels of it when half is done
   */
  void before(Communicator ranks, OpTag tag, long bytes) {
    wire.mend();
    step = tag.step();
    if (tag.phase() != Phase.CONTROL) {
      layers.add(tag.layer());
    }
    for (FaultSpec fault : take(f -> f.fits(tag))) {
      if (fault.at() == FaultPoint.MIDDLE && fault.kind().wire() == null) {
        wire.interrupt(() -> strikeWithin(fault, ranks), bytes);
      } else {
        strike(fault, fault.at() == FaultPoint.MIDDLE ? bytes : 0);
      }
    }
  }

  /** Strikes on a connection's thread, of which what is thrown would be lost. */
  private void strikeWithin(FaultSpec fault, Communicator ranks) {
    try {
      Misfortune.strike(fault);
    } catch (IllegalStateException e) {
      thrown = e;
      ranks.abort(String.valueOf(e.getMessage()));
    }
  }

  /** What to throw for the failure of a collective. */
  RuntimeException causeOf(CommunicationException failure) {
    IllegalStateException own = thrown;
    return own == null ? failure : own;
  }

  /** A sentence about each fault that has not struck so far. */
  public List<String> unstruck() {
    return ahead.stream()
        .map(
            fault ->
                "the fault %s did not strike: rank %d came to step %d, and to the layers %s"
                    .formatted(fault, fault.rank(), step, String.join(", ", layers)))
        .toList();
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
        log.warn("The fault {} strikes", fault);
        taken.add(fault);
      }
    }
    return taken;
  }

  private void strike(FaultSpec fault, long bytes) {
    WireFault onWire = fault.kind().wire();
    if (onWire == null) {
      Misfortune.strike(fault);
    } else {
      wire.fail(onWire, bytes);
    }
  }
}
