package org.lockstep.verify;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * A forward and backward pass through a norm layer.
 *
 * @param shards how the batch is cut
 * @param x input, {@code [N, C, ...]} of all ranks
 * @param dy gradient of the loss with respect to y, in the shape of x
 * @param expected the quantities by name
 */
record NormStep(ShardSizes shards, NpyArray x, NpyArray dy, Map<String, NpyArray> expected) {
  /**
   * Reads a step.
   *
   * @param workers how many shards there must be
   * @param sample {@code [C, ...]}
   * @param statistics expected besides y, dx, dgamma and dbeta
   * @param groups each sample has statistics for; 0 if they are the batch's, one a channel
   */
  static NormStep read(
      CaseFile part, int workers, long[] sample, List<String> statistics, int groups) {
    ShardSizes shards = ShardSizes.read(part, workers);
    long n = shards.ofAll();
    long[] batch = LongStream.concat(LongStream.of(n), Arrays.stream(sample)).toArray();
    long[] channels = {sample[0]};
    long[] statistic = groups == 0 ? channels : new long[] {n, groups};
    Map<String, NpyArray> expected = new LinkedHashMap<>();
    expected.put("y", part.reals("y", batch));
    expected.put("dx", part.reals("dx", batch));
    expected.put("dgamma", part.reals("dgamma", channels));
    expected.put("dbeta", part.reals("dbeta", channels));
    statistics.forEach(name -> expected.put(name, part.reals(name, statistic)));
    return new NormStep(shards, part.reals("x", batch), part.reals("dy", batch), expected);
  }

  /** What is expected of a quantity that is the same on every rank. */
  double[] expected(String quantity) {
    return array(quantity).values();
  }

  /** What is expected of a rank's rows of a quantity. */
  double[] expected(String quantity, int rank) {
    return shards.cut(array(quantity), rank).values();
  }

  private NpyArray array(String quantity) {
    NpyArray array = expected.get(quantity);
    if (array == null) {
      throw new IllegalStateException("nothing is expected of " + quantity);
    }
    return array;
  }
}
