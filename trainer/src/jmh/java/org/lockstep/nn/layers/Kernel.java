package org.lockstep.nn.layers;

import java.nio.FloatBuffer;
import java.util.List;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.lockstep.nn.loss.SoftmaxCrossEntropy;
import org.lockstep.optim.Sgd;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/** What a step is made of but for the norms, each beside what one would write first, with ND4J. */
public enum Kernel {
  /** 3x3, 32 to 32 channels, 16x16 images: forward, both gradients. */
  CONVOLUTION {
    @Override
    Runnable ours(int batch) {
      Layer layer = new Conv2d("conv", IMAGE, CHANNELS, 3, 1, 1, false, true, Precision.FLOAT32);
      return forwardAndBackward(layer, images(batch), images(batch));
    }

    @Override
    Runnable naive(int batch) {
      INDArray x = images(batch);
      INDArray w = Nd4j.randn(DataType.FLOAT, CHANNELS, CHANNELS, 3, 3);
      INDArray y = images(batch);
      INDArray dx = images(batch);
      INDArray dw = w.ulike();
      int[] arguments = {3, 3, 1, 1, 1, 1, 1, 1, 0, 1, 1};
      return () -> {
        run("conv2d", arguments, new INDArray[] {x, w}, y);
        run("conv2d_bp", arguments, new INDArray[] {x, w, y}, dx, dw);
      };
    }
  },

  RELU {
    @Override
    Runnable ours(int batch) {
      return forwardAndBackward(
          new Relu("relu", IMAGE, Precision.FLOAT32), images(batch), images(batch));
    }

    @Override
    Runnable naive(int batch) {
      INDArray x = images(batch);
      INDArray dy = images(batch);
      return () -> {
        Transforms.relu(x, true).close();
        x.gt(0).castTo(DataType.FLOAT).muli(dy).close();
      };
    }
  },

  /** The sum of a residual block's two gradients. */
  ADDITION {
    @Override
    Runnable ours(int batch) {
      Addition addition = new Addition();
      INDArray a = images(batch);
      INDArray b = images(batch);
      return () -> addition.of(a, b);
    }

    @Override
    Runnable naive(int batch) {
      INDArray a = images(batch);
      INDArray b = images(batch);
      return () -> a.add(b).close();
    }
  },

  /** Every second pixel between channels of zeros. */
  SHORTCUT {
    @Override
    Runnable ours(int batch) {
      Layer layer = new PaddedShortcut("shortcut", IMAGE, 2 * CHANNELS, 2, Precision.FLOAT32);
      INDArray dy = Nd4j.randn(DataType.FLOAT, batch, SIDE / 2, SIDE / 2, 2 * CHANNELS);
      return forwardAndBackward(layer, images(batch), dy);
    }

    @Override
    Runnable naive(int batch) {
      INDArray x = images(batch);
      INDArray y = Nd4j.create(DataType.FLOAT, batch, SIDE / 2, SIDE / 2, 2 * CHANNELS);
      var all = NDArrayIndex.all();
      var second = NDArrayIndex.interval(0, 2, SIDE);
      var middle = NDArrayIndex.interval(CHANNELS / 2, CHANNELS / 2 + CHANNELS);
      return () -> {
        y.get(all, all, all, middle).assign(x.get(all, second, second, all));
        x.get(all, second, second, all).assign(y.get(all, all, all, middle));
      };
    }
  },

  LOSS {
    @Override
    Runnable ours(int batch) {
      SoftmaxCrossEntropy criterion = new SoftmaxCrossEntropy(CLASSES);
      INDArray logits = Nd4j.randn(DataType.FLOAT, batch, CLASSES);
      int[] labels = new int[batch];
      return () -> criterion.forward(logits, labels, batch, batch);
    }

    @Override
    Runnable naive(int batch) {
      INDArray logits = Nd4j.randn(DataType.FLOAT, batch, CLASSES);
      INDArray labels = Nd4j.zeros(DataType.FLOAT, batch, CLASSES);
      labels.getColumn(0).assign(1);
      return () -> {
        INDArray probabilities = Transforms.softmax(logits, true);
        Transforms.log(probabilities, true).muli(labels).sumNumber();
        probabilities.subi(labels).divi(batch).close();
      };
    }
  },

  /** An update of as many parameters as a batch has pixels, momentum and weight decay included. */
  SGD {
    @Override
    Runnable ours(int batch) {
      Parameter parameter = new Parameter("p", images(batch), images(batch), false);
      Sgd sgd = new Sgd(List.of(parameter), MOMENTUM, DECAY, false);
      return () -> sgd.step(RATE);
    }

    @Override
    Runnable naive(int batch) {
      FloatBuffer p = HostMemory.floats(images(batch));
      FloatBuffer g = HostMemory.floats(images(batch));
      FloatBuffer v = HostMemory.floats(images(batch));
      return () -> {
        for (int i = 0; i < p.capacity(); i++) {
          v.put(i, MOMENTUM * v.get(i) + g.get(i) + DECAY * p.get(i));
          p.put(i, p.get(i) - RATE * v.get(i));
        }
      };
    }
  };

  private static final int SIDE = 16;
  private static final int CHANNELS = 32;
  private static final int CLASSES = 10;
  private static final float MOMENTUM = 0.9f;
  private static final float DECAY = 5e-4f;
  private static final float RATE = 1e-6f;
  private static final Shape IMAGE = new Shape(SIDE, SIDE, CHANNELS);

  abstract Runnable ours(int batch);

  abstract Runnable naive(int batch);

  private static INDArray images(int batch) {
    return Nd4j.randn(DataType.FLOAT, batch, SIDE, SIDE, CHANNELS);
  }

  private static Runnable forwardAndBackward(Layer layer, INDArray x, INDArray dy) {
    return () -> {
      layer.forward(x, Pass.training(0));
      layer.backward(dy);
    };
  }

  private static void run(String op, int[] arguments, INDArray[] inputs, INDArray... outputs) {
    Nd4j.exec(new DynamicCustomOp(op, inputs, outputs, List.of(), arguments));
  }
}
