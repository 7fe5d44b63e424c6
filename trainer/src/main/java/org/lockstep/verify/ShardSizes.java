package org.lockstep.verify;

import java.util.Arrays;

/**
 * How the rows of a global batch are dealt to the ranks, in rank order.
 *
 * @param rows of each rank, may be 0
 */
record ShardSizes(int[] rows) {
  /**
   * Those of a step.
   *
   * @param workers how many there must be
   */
  static ShardSizes read(CaseFile step, int workers) {
    int[] rows = step.counts("shards", 0);
    if (rows.length != workers) {
      throw step.unexpected("shards", "one number for each of the " + workers + " workers");
    }
    if (Arrays.stream(rows).asLongStream().sum() > Integer.MAX_VALUE) {
      throw step.unexpected("shards", "at most " + Integer.MAX_VALUE + " rows in all");
    }
    return new ShardSizes(rows);
  }

  int of(int rank) {
    return rows[rank];
  }

  int ofAll() {
    return Arrays.stream(rows).sum();
  }

  /** The first row of a rank. */
  int start(int rank) {
    return Arrays.stream(rows, 0, rank).sum();
  }

  /** A rank's rows of an array with a batch axis. */
  NpyArray cut(NpyArray array, int rank) {
    return array.rows(start(rank), start(rank) + of(rank));
  }
}
