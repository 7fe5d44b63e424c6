package org.lockstep.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.ValueInfoProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.data.Dataset;
import org.lockstep.data.Datasets;
import org.lockstep.data.EvaluationShard;
import org.lockstep.data.Images;
import org.lockstep.data.MiniBatches;
import org.lockstep.data.Pixels;
import org.lockstep.data.Standardization;
import org.lockstep.models.Experience;
import org.lockstep.models.Model;
import org.lockstep.models.Models;
import org.lockstep.models.Network;
import org.lockstep.models.NetworkBuilder;
import org.lockstep.models.Shortcut;
import org.lockstep.models.StrangeLayer;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormSpec;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/** Another program, onnxruntime, runs what was written, on pixels. */
class OnnxModelTest {
  private static final int IMAGES = 100;
  private static final int CLASSES = 10;
  private static final double TOLERANCE = 1e-5;

  @ParameterizedTest
  @CsvSource({
    "small, sync, false",
    "small, sync, true",
    "small, renorm, true",
    "small, sync+ws, true",
    "small, none, false",
    "small, group:8, false",
    "small, layer, false",
    "small, instance, false",
    "small-dense, local, false",
    "small-dense, local, true",
    "small-dense, group:4, false",
    "vgg, sync, true",
    "lenet-bn, sync, false",
    "lenet-bn, sync, true",
    "resnet8, sync, false",
    "resnet8, sync, true",
    "resnet8, none, false",
    "resnet8, group:8, false",
    "resnet8, group:8+ws, false",
    "resnet20, sync, false",
    "resnet20, sync, true",
    "resnet18, sync, true",
  })
  void write_ofBuiltInModel_otherProgramFindsTheSameLogits(String model, String norm, boolean fold)
      throws OrtException {
    Dataset dataset = Datasets.load("fashion-mini", null, 600);
    assertSameLogits(model, norm, fold, dataset.train());
  }

  @ParameterizedTest
  @CsvSource({"resnet20, sync, false", "resnet20, sync, true", "small-dense, sync, true"})
  void write_ofColouredImages_otherProgramFindsTheSameLogits(
      String model, String norm, boolean fold) throws OrtException {
    assertSameLogits(model, norm, fold, noise(new Shape(32, 24, 3)));
  }

  /** A model of a user's own: what no built-in one has. */
  public static final class Own implements Model {
    @Override
    public NetworkBuilder define(NetworkBuilder network, int classes) {
      network.norm().conv(6, 3, 2, 0).relu().norm().residual(6, 1, Shortcut.PADDED);
      network.residual(9, 2, Shortcut.PADDED).relu().residual(12, 2, Shortcut.PROJECTED);
      network.maxPool(3).dense(20).norm().dense(16).relu().norm();
      return network.dense(classes).norm();
    }
  }

  @ParameterizedTest
  @CsvSource({"sync, false", "sync, true", "group:1, false", "none, false"})
  void write_ofOwnModel_otherProgramFindsTheSameLogits(String norm, boolean fold)
      throws OrtException {
    assertSameLogits(Own.class.getName(), norm, fold, noise(new Shape(31, 28, 3)));
  }

  @Test
  void write_folded_hasNoBatchNormalization() throws InvalidProtocolBufferException {
    assertThat(operators("resnet18", "sync", false)).contains("BatchNormalization");
    assertThat(operators("resnet18", "sync", true)).doesNotContain("BatchNormalization");
  }

  @Test
  void write_foldedWhereNothingIsBefore_keepsThatBatchNormalization()
      throws InvalidProtocolBufferException {
    assertThat(operators(Own.class.getName(), "sync", true))
        .filteredOn("BatchNormalization"::equals)
        .hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "group:8"})
  void write_foldedWithoutBatchNorm_saysSo(String norm) {
    assertThatThrownBy(() -> model("small", norm, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a network with batch norm to fold, found norm " + norm);
  }

  @ParameterizedTest
  @ValueSource(strings = {"frn", "evonorm:32"})
  void write_ofNormThatOnnxHasNot_saysSo(String norm) {
    assertThatThrownBy(() -> model("small", norm, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("norm1: expected a layer that can be written as ONNX, found norm " + norm);
  }

  @Test
  void chain_ofUnknownLayer_namesIt() {
    Shape shape = Shape.features(2);
    try (Communicator solo = InProcessGroup.solo();
        Network network =
            Models.build("small-dense", new Shape(8, 8, 1), 2, NormSpec.parse("none"), solo, 3)) {
      LayerNodes nodes = new LayerNodes(new OnnxGraph(), network, false);

      assertThatThrownBy(() -> nodes.chain(List.of(new StrangeLayer("odd1", shape)), "x", null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("odd1: expected a layer that can be written as ONNX, found StrangeLayer");
    }
  }

  @Test
  void write_anyModel_hasItsSizesAndProperties() throws InvalidProtocolBufferException {
    ModelProto model = model("small", "sync", false);
    GraphProto graph = model.getGraph();
    assertThat(graph.getInputList()).singleElement().satisfies(x -> assertValue(x, 3, 32, 24));
    assertThat(graph.getOutputList()).singleElement().satisfies(y -> assertValue(y, CLASSES));
    assertThat(model.getMetadataPropsList())
        .singleElement()
        .satisfies(property -> assertThat(property.getKey()).isEqualTo("data"))
        .satisfies(property -> assertThat(property.getValue()).isEqualTo("noise"));
  }

  private static void assertValue(ValueInfoProto value, long... sizes) {
    List<TensorShapeProto.Dimension> axes = value.getType().getTensorType().getShape().getDimList();
    assertThat(axes.get(0).getDimParam()).isEqualTo("batch");
    assertThat(axes.stream().skip(1).mapToLong(TensorShapeProto.Dimension::getDimValue))
        .containsExactly(LongStream.of(sizes).boxed().toArray(Long[]::new));
  }

  private static List<String> operators(String model, String norm, boolean fold)
      throws InvalidProtocolBufferException {
    return model(model, norm, fold).getGraph().getNodeList().stream()
        .map(NodeProto::getOpType)
        .toList();
  }

  private static ModelProto model(String model, String norm, boolean fold)
      throws InvalidProtocolBufferException {
    Images images = noise(new Shape(32, 24, 3));
    try (Communicator solo = InProcessGroup.solo();
        Network network =
            Models.build(model, images.shape(), CLASSES, NormSpec.parse(norm), solo, 3)) {
      return ModelProto.parseFrom(
          OnnxModel.write(network, Standardization.of(images), fold, Map.of("data", "noise")));
    }
  }

  private static Images noise(Shape shape) {
    Random random = new Random(7);
    byte[] pixels = new byte[IMAGES * shape.size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (random.nextInt(80) + 50 * (i % shape.channels()));
    }
    return new Images(shape, pixels, new byte[IMAGES]);
  }

  private static void assertSameLogits(String model, String norm, boolean fold, Images images)
      throws OrtException {
    Standardization standardization = Standardization.of(images);
    try (Communicator solo = InProcessGroup.solo();
        Network network =
            Models.build(model, images.shape(), CLASSES, NormSpec.parse(norm), solo, 3);
        MiniBatches batches = new MiniBatches(images, standardization)) {
      INDArray x = batches.load(new EvaluationShard(images, IMAGES, 0, 1).batch(0)).features();
      Experience.of(network, x, 5);
      byte[] file = OnnxModel.write(network, standardization, fold, Map.of());

      float[][] found = run(file, images);

      FloatBuffer expected = HostMemory.floats(network.forward(x, Pass.evaluation(0)));
      double worst = 0;
      double largest = 0;
      for (int i = 0; i < expected.capacity(); i++) {
        float logit = expected.get(i);
        double error = Math.abs(found[i / CLASSES][i % CLASSES] - logit);
        worst = Math.max(worst, error);
        largest = Math.max(largest, Math.abs(logit));
      }
      assertThat(worst).isLessThanOrEqualTo(TOLERANCE);
      assertThat(largest).isGreaterThan(0.1);
    }
  }

  private static float[][] run(byte[] file, Images images) throws OrtException {
    Shape shape = images.shape();
    long[] sizes = {IMAGES, shape.channels(), shape.height(), shape.width()};
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setOptimizationLevel(
          OrtSession.SessionOptions.OptLevel.NO_OPT); // It would fold, too.
      try (OrtSession session = environment.createSession(file, options);
          OnnxTensor input = OnnxTensor.createTensor(environment, pixels(images), sizes);
          OrtSession.Result result = session.run(Map.of("input", input))) {
        return (float[][]) result.get("logits").orElseThrow().getValue();
      }
    }
  }

  /** Channels first. */
  private static FloatBuffer pixels(Images images) {
    Shape shape = images.shape();
    FloatBuffer pixels = FloatBuffer.allocate(IMAGES * shape.size());
    int space = shape.height() * shape.width();
    for (int image = 0; image < IMAGES; image++) {
      for (int channel = 0; channel < shape.channels(); channel++) {
        for (int i = 0; i < space; i++) {
          pixels.put(Pixels.at(images, (image * space + i) * shape.channels() + channel));
        }
      }
    }
    return pixels.flip();
  }
}
