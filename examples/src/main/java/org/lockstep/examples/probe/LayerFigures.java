package org.lockstep.examples.probe;

import java.util.ArrayList;
import java.util.List;
import org.lockstep.models.Network;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What leaves a layer of weights (a convolution, a dense layer), before any norm, and what comes
 * back.
 *
 * @param layer its name
 * @param mean of the channels' means over a batch, their absolute values averaged
 * @param variance of the channels over a batch, averaged
 * @param gradient of the loss with respect to the weights, root mean square
 */
public record LayerFigures(String layer, double mean, double variance, double gradient) {
  /** Of every layer of weights, the first one first, as the network stands. */
  static List<LayerFigures> of(NetworkObjective loss) {
    loss.evaluate(loss.point(), loss.point());
    List<LayerFigures> figures = new ArrayList<>();
    Network network = loss.network();
    INDArray y = loss.batch().features();
    for (Layer layer : network.layers()) {
      y = layer.forward(y, Pass.training(loss.step()));
      if (weights(layer).length > 0) {
        figures.add(of(layer, y));
      }
    }
    return figures;
  }

  private static LayerFigures of(Layer layer, INDArray output) {
    double[] values = Elements.of(output).toArray();
    int channels = (int) output.size(-1);
    double[] means = new double[channels];
    double[] variances = new double[channels];
    double share = (double) channels / values.length;
    for (int i = 0; i < values.length; i++) {
      means[i % channels] += share * values[i];
    }
    for (int i = 0; i < values.length; i++) {
      double deviation = values[i] - means[i % channels];
      variances[i % channels] += share * deviation * deviation;
    }
    double mean = 0;
    double variance = 0;
    for (int c = 0; c < channels; c++) {
      mean += Math.abs(means[c]) / channels;
      variance += variances[c] / channels;
    }
    return new LayerFigures(layer.name(), mean, variance, rootMeanSquare(weights(layer)));
  }

  private static double rootMeanSquare(INDArray... arrays) {
    double sum = 0;
    long count = 0;
    for (INDArray array : arrays) {
      for (double value : Elements.of(array).toArray()) {
        sum += value * value;
      }
      count += array.length();
    }
    return Math.sqrt(sum / count);
  }

  /** The gradients of what is multiplied with inputs. */
  private static INDArray[] weights(Layer layer) {
    return layer.parameters().stream()
        .map(Parameter::gradient)
        .filter(gradient -> gradient.rank() > 1)
        .toArray(INDArray[]::new);
  }
}
