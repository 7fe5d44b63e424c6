package org.lockstep.examples.bench;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.launch.RankContext;
import org.lockstep.launch.WorkerTask;
import org.lockstep.nn.HostMemory;
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
 * Compares norm layers' forward and backward passes with plain copying, each worker for itself. All
 * are bound by memory, so the yardstick is bytes per second.
 *
 * @param norms as {@link NormSpec#parse} takes them, but {@code none}
 * @param shapes of an image
 * @param batches images
 */
public record NormBenchmark(List<String> norms, List<Shape> shapes, List<Integer> batches)
    implements WorkerTask<NormResult, NormBenchmark.Report> {
  static final int FORWARD_ACCESSES = 3;
  static final int BACKWARD_ACCESSES = 5;
  private static final int COPY_ACCESSES = 2;
  private static final long WARMUP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final int WARMUP_ROUNDS = 2000;
  private static final int ROUNDS = 500;

  /** All measurements, in the order asked for; what {@code --json} writes. */
  public record Report(List<NormResult> results) {
    public Report {
      results = List.copyOf(results);
    }
  }

  public NormBenchmark {
    norms = List.copyOf(norms);
    shapes = List.copyOf(shapes);
    batches = List.copyOf(batches);
  }

  @Override
  public Report run(RankContext rank, Events<NormResult> events) {
    List<NormResult> results = new ArrayList<>();
    for (String norm : norms) {
      for (Shape shape : shapes) {
        for (int batch : batches) {
          results.add(measure(NormSpec.parse(norm), shape, batch));
        }
      }
    }
    return new Report(results);
  }

  /** Measures one norm at one shape; takes a second or two. */
  static NormResult measure(NormSpec norm, Shape shape, int batch) {
    try (Communicator solo = InProcessGroup.solo();
        NormFactory factory = new NormFactory(norm, solo, Precision.FLOAT32);
        Layer layer = factory.create("norm", shape, false);
        INDArray x = random(shape, batch);
        INDArray dy = random(shape, batch)) {
      Pass pass = Pass.training(0);
      long forward = medianNanos(() -> layer.forward(x, pass));
      long backward = medianNanos(() -> layer.backward(dy));
      ByteBuffer from = HostMemory.bytes(x);
      ByteBuffer to = HostMemory.bytes(dy);
      long copy = medianNanos(() -> to.put(0, from, 0, from.capacity()));
      double bytes = from.capacity();
      return new NormResult(
          norm.toString(),
          shape.toString(),
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
