package org.lockstep.nn.norm;

import org.lockstep.comm.RankBody;

/** A way to run a body as every rank of a new group, for example {@code InProcessGroup::run}. */
@FunctionalInterface
public interface RankRunner {
  void run(int worldSize, RankBody body) throws Exception;
}
