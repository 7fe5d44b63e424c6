package org.lockstep.examples.bench;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormFactory;
import org.lockstep.nn.norm.NormSpec;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Compares a norm layer's forward and backward pass with plain copying, one rank, no network. Both
 * are bound by memory, so the yardstick is bytes per second.
 *
 * @param shape of an image
 * @param batch images
 * @param forwardGigabytes per second; the forward pass reads its input twice and writes once
 * @param backwardGigabytes per second; the backward pass reads input and gradient twice and writes
 *     once
 * @param copyGigabytes per second of a plain copy of as many values, one read and one write
 */
public record NormBenchmark(
    Shape shape,
    int batch,
    double forwardGigabytes,
    double backwardGigabytes,
    double copyGigabytes) {
  private static final int FORWARD_ACCESSES = 3;
  private static final int BACKWARD_ACCESSES = 5;
  private static final int COPY_ACCESSES = 2;
  private static final long WARMUP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final int WARMUP_ROUNDS = 2000;
  private static final int ROUNDS = 500;

  /** Measures one norm at one shape; takes a second or two. */
  public static NormBenchmark measure(NormSpec norm, Shape shape, int batch) {
    try (Communicator solo = InProcessGroup.solo();
        NormFactory factory = new NormFactory(norm, solo, Precision.FLOAT32);
        Layer layer = factory.create("norm", shape, false);
        INDArray x = random(shape, batch);
        INDArray dy = random(shape, batch)) {
      Pass pass = Pass.training(0);
      long forward = medianNanos(() -> layer.forward(x, pass));
      long backward = medianNanos(() -> layer.backward(dy));
      float[] from = new float[batch * shape.size()];
      float[] to = new float[from.length];
      long copy = medianNanos(() -> System.arraycopy(from, 0, to, 0, from.length));
      double bytes = (double) from.length * Float.BYTES;
      return new NormBenchmark(
          shape,
          batch,
          FORWARD_ACCESSES * bytes / forward,
          BACKWARD_ACCESSES * bytes / backward,
          COPY_ACCESSES * bytes / copy);
    }
  }

  private static INDArray random(Shape shape, int batch) {
    return Nd4j.rand(DataType.FLOAT, batch, shape.height(), shape.width(), shape.channels());
  }

  private static long medianNanos(Runnable body) {
    long start = System.nanoTime();
    for (int i = 0; i < WARMUP_ROUNDS || System.nanoTime() - start < WARMUP_NANOS; i++) {
      body.run();
    }
    long[] nanos = new long[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long before = System.nanoTime();
      body.run();
      nanos[round] = System.nanoTime() - before;
    }
    Arrays.sort(nanos);
    return nanos[ROUNDS / 2];
  }
}
