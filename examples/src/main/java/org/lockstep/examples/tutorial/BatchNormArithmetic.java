package org.lockstep.examples.tutorial;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.lockstep.nn.norm.BatchNorm;
import org.lockstep.nn.norm.BatchNormConfig;
import org.lockstep.nn.norm.Layout;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The arithmetic of batch norm on numbers that one can check by hand: what every channel holds is
 * shifted and scaled to mean 0 and variance 1, over all images, rows and columns, and over all
 * ranks, whoever has which images.
 *
 * <pre>
 *   bin/lockstep example arithmetic
 *
 *   [3, 2] per column
 *     1 rank  -1.2247425 … 1.2247425
 *     2 ranks -1.2247425 … 1.2247425
 *     3 ranks -1.2247425 … 1.2247425
 *   [2, 2, 3, 3] per channel
 *     1 rank  -1.3884367 … 1.3884367
 *     2 ranks -1.3884367 … 1.3884367
 *     3 ranks -1.3884367 … 1.3884367
 *   ten people, [10, 3] per feature
 *     height  mean  161.1  deviation  15.8  normalized 1.385 -0.196 0.626 …
 * </pre>
 */
public final class BatchNormArithmetic {
  /** A rank more than there are images leaves one without any. */
  private static final int MOST_RANKS = 3;

  private static final BatchNormConfig CONFIG =
      BatchNormConfig.DEFAULT
          .withLayout(Layout.CHANNELS_FIRST)
          .withAffine(false)
          .withTrackRunningStatistics(false);

  /** Height in cm, weight in kg and age in years of ten people. */
  private static final float[][] PEOPLE = {
    {183, 81, 41}, {158, 52, 33}, {171, 66, 28}, {149, 47, 67}, {166, 71, 52},
    {124, 25, 8}, {177, 90, 45}, {162, 58, 19}, {153, 63, 74}, {168, 55, 24}
  };

  private static final List<String> FEATURES = List.of("height", "weight", "age");

  private BatchNormArithmetic() {}

  /** Normalizes the three examples and prints what comes out. */
  public static void print(PrintWriter out) {
    print(out, "[3, 2] per column", range(3, 2));
    print(out, "[2, 2, 3, 3] per channel", range(2, 2, 3, 3));
    out.println("ten people, [10, 3] per feature");
    INDArray people = Nd4j.createFromArray(PEOPLE);
    INDArray normalized = normalize(people, 2);
    for (int f = 0; f < FEATURES.size(); f++) {
      INDArray before = people.getColumn(f);
      INDArray after = normalized.getColumn(f);
      out.printf(
          Locale.ROOT,
          "  %-6s  mean %6.1f  deviation %5.1f  normalized %s%n",
          FEATURES.get(f),
          before.meanNumber().doubleValue(),
          before.stdNumber(false).doubleValue(),
          Arrays.stream(after.toDoubleVector())
              .mapToObj(value -> String.format(Locale.ROOT, "%.3f", value))
              .collect(Collectors.joining(" ")));
    }
  }

  private static void print(PrintWriter out, String what, INDArray x) {
    out.println(what);
    for (int ranks = 1; ranks <= MOST_RANKS; ranks++) {
      INDArray y = normalize(x, ranks);
      out.printf(
          Locale.ROOT,
          "  %d rank%s %.7f … %.7f%n",
          ranks,
          ranks == 1 ? " " : "s",
          y.minNumber().doubleValue(),
          y.maxNumber().doubleValue());
    }
  }

  /** 0, 1, 2, … as an array of that shape. */
  static INDArray range(long... shape) {
    double count = LongStream.of(shape).reduce(1, Math::multiplyExact);
    return Nd4j.arange(count).castTo(DataType.FLOAT).reshape(shape);
  }

  /**
   * What batch norm makes of a batch whose images are dealt to so many ranks, in order.
   *
   * @param x [N, C] or [N, C, H, W]
   * @return of the same shape
   */
  static INDArray normalize(INDArray x, int ranks) {
    INDArray y = x.dup();
    InProcessGroup.run(ranks, rank -> normalize(x, y, rank));
    return y;
  }

  private static void normalize(INDArray x, INDArray y, Communicator rank) {
    long from = x.size(0) * rank.rank() / rank.worldSize();
    long to = x.size(0) * (rank.rank() + 1) / rank.worldSize();
    BatchNorm norm = BatchNorm.sync("bn", (int) x.size(1), CONFIG, rank);
    if (from == to) { // no image, but the others need this rank's part in the sums
      norm.forward(empty(x), Pass.training(0));
    } else {
      INDArrayIndex mine = NDArrayIndex.interval(from, to);
      y.get(mine).assign(norm.forward(x.get(mine).dup(), Pass.training(0)));
    }
  }

  private static INDArray empty(INDArray like) {
    long[] shape = like.shape().clone();
    shape[0] = 0;
    return Precision.FLOAT32.allocate(shape);
  }
}
