package org.lockstep.examples.bench;

import java.util.List;

/** What {@code bench allreduce --json} writes; other programs read it, so the names are fixed. */
public record AllReduceFile(List<Result> results) {
  /**
   * One size.
   *
   * @param workers ranks that took part
   * @param floats the message in units of 4 bytes
   * @param p50Micros median duration
   * @param p99Micros 99 % took at most this
   * @param busMegabytesPerSecond what a rank must send at least, 2 (workers - 1) / workers of the
   *     message, over the median; 10^6 bytes per second
   */
  public record Result(
      int workers, int floats, double p50Micros, double p99Micros, double busMegabytesPerSecond) {}
}
