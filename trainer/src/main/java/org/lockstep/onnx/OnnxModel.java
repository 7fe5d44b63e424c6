package org.lockstep.onnx;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import onnx.Onnx.ModelProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.StringStringEntryProto;
import org.lockstep.data.Standardization;
import org.lockstep.models.LayerSpec;
import org.lockstep.models.Network;
import org.lockstep.nn.Shape;

/**
 * A trained network as a file of the Open Neural Network Exchange (ONNX IR, version 8; operators of
 * opset 17). Its graph takes {@code input}, float32 {@code [batch, C, H, W]}, the values of pixels
 * as they are in the files of the data set, 0 to 255 for bytes; it standardizes them as training
 * did, and yields {@code logits}, float32 {@code [batch, classes]}. Batch norm uses its running
 * statistics.
 */
public final class OnnxModel {
  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;

  private OnnxModel() {}

  /**
   * Writes a network down.
   *
   * @param network in float32
   * @param standardization of the images that it was trained on
   * @param fold whether each batch normalization behind a convolution or dense layer becomes part
   *     of that layer's weight and bias
   * @param properties what readers find about the model as its metadata
   * @throws IllegalArgumentException in one sentence, for a layer that cannot be written, or if
   *     there is no batch norm to fold
   */
  public static byte[] write(
      Network network,
      Standardization standardization,
      boolean fold,
      Map<String, String> properties) {
    if (fold && network.buffers().isEmpty()) {
      throw new IllegalArgumentException(
          "expected a network with batch norm to fold, found norm " + network.norms().spec());
    }
    List<LayerSpec> layers = network.plan();
    Shape image = network.inputShape();
    OnnxGraph graph = new OnnxGraph();
    String pixels = graph.input("input", image.channels(), image.height(), image.width());
    String x = standardized(graph, pixels, image.channels(), standardization);
    String y = new LayerNodes(graph, network, fold).chain(layers, x, null);
    graph.node("Identity", "logits", List.of(y));
    graph.output("logits", layers.get(layers.size() - 1).output().channels());
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("lockstep")
            .setDocString("input: pixels as in the files of the data set; standardized within")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
            .setGraph(graph.build("lockstep"));
    properties.forEach(
        (key, value) ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build().toByteArray();
  }

  private static String standardized(
      OnnxGraph graph, String pixels, int channels, Standardization standardization) {
    double[] means = IntStream.range(0, channels).mapToDouble(standardization::mean).toArray();
    double[] deviations =
        IntStream.range(0, channels).mapToDouble(standardization::deviation).toArray();
    String mean = graph.constant("pixels.mean", means, channels, 1, 1);
    String deviation = graph.constant("pixels.deviation", deviations, channels, 1, 1);
    String centred = graph.node("Sub", "pixels.centred", List.of(pixels, mean));
    return graph.node("Div", "pixels.standardized", List.of(centred, deviation));
  }
}
