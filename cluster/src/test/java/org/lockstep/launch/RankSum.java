package org.lockstep.launch;

import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;

/** All-reduces {@code factor} times the rank; every rank reports itself before that. */
public record RankSum(double factor) implements WorkerTask<RankSum.Begun, RankSum.Sum> {
  public record Begun(int rank) {}

  public record Sum(int rank, double sum) {}

  @Override
  public Sum run(RankContext rank, Events<Begun> events) {
    Communicator ranks = rank.communicator();
    events.report(new Begun(ranks.rank()));
    double[] sum = {factor * ranks.rank()};
    ranks.allReduce(sum, 1, ReduceOp.SUM, new OpTag(0, "ranks", Phase.CONTROL));
    return new Sum(ranks.rank(), sum[0]);
  }
}
