package org.lockstep.checkpoint;

import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.models.Models;
import org.lockstep.models.Network;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A network with the weights of a file, to classify with. For one thread. */
public final class TrainedModel implements AutoCloseable {
  private final Shape shape;
  private final int classes;
  private final Communicator solo = InProcessGroup.solo();
  private final Network network;
  private final Map<Integer, INDArray> inputs = new HashMap<>();

  /**
   * @param model what {@link Checkpoint#modelOf} has written
   * @param place where it comes from, for messages
   * @param name of the model, see {@link Models}
   * @param norm it was trained with
   * @param shape of a sample
   * @throws CheckpointException if the file does not fit the network
   */
  public TrainedModel(
      byte[] model, String place, String name, NormSpec norm, Shape shape, int classes)
      throws CheckpointException {
    this.shape = shape;
    this.classes = classes;
    network = Models.build(name, shape, classes, norm.alone(), solo, 0);
    boolean fits = false;
    try {
      Checkpoint.restoreModel(model, place, network);
      fits = true;
    } finally {
      if (!fits) {
        close();
      }
    }
  }

  /**
   * Classifies samples with the running statistics.
   *
   * @param samples their values, {@code [H, W, C]} each
   * @return logits {@code [samples, classes]}
   * @throws IllegalArgumentException if one has another number of values
   */
  public double[][] logits(List<float[]> samples) {
    INDArray x = inputs.computeIfAbsent(samples.size(), this::allocate);
    FloatBuffer memory = HostMemory.floats(x);
    for (int i = 0; i < samples.size(); i++) {
      float[] sample = samples.get(i);
      if (sample.length != shape.size()) {
        throw new IllegalArgumentException(
            "expected samples of %d values, as %s has, found one of %d"
                .formatted(shape.size(), shape, sample.length));
      }
      memory.put(i * sample.length, sample);
    }
    FloatBuffer y = HostMemory.floats(network.forward(x, Pass.evaluation(0)));
    double[][] logits = new double[samples.size()][classes];
    for (int i = 0; i < logits.length; i++) {
      for (int k = 0; k < classes; k++) {
        logits[i][k] = y.get(i * classes + k);
      }
    }
    return logits;
  }

  private INDArray allocate(int size) {
    return Precision.FLOAT32.allocate(size, shape.height(), shape.width(), shape.channels());
  }

  @Override
  public void close() {
    inputs.values().stream().filter(INDArray::closeable).forEach(INDArray::close);
    network.close();
    solo.close();
  }
}
