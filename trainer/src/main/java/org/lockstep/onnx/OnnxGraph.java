package org.lockstep.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.shade.protobuf.ByteString;

/**
 * A graph under construction. Values are known by name: every node is called as the one value that
 * it computes. For one thread.
 */
final class OnnxGraph {
  private static final String BATCH = "batch";

  private final GraphProto.Builder graph = GraphProto.newBuilder();

  /**
   * What the graph takes.
   *
   * @param sizes of the axes behind that of the batch, which may have any size
   */
  String input(String name, long... sizes) {
    graph.addInput(floats(name, sizes));
    return name;
  }

  /** What the graph yields; as {@link #input}. */
  void output(String name, long... sizes) {
    graph.addOutput(floats(name, sizes));
  }

  private static ValueInfoProto floats(String name, long... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam(BATCH);
    for (long size : sizes) {
      shape.addDimBuilder().setDimValue(size);
    }
    TypeProto.Tensor type =
        TypeProto.Tensor.newBuilder()
            .setElemType(TensorProto.DataType.FLOAT_VALUE)
            .setShape(shape)
            .build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  /**
   * Adds a node.
   *
   * @param operator of ONNX
   * @param name of the node and of its output
   * @return {@code name}
   */
  String node(String operator, String name, List<String> inputs, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(name)
            .addAllInput(inputs)
            .addOutput(name)
            .addAllAttribute(List.of(attributes)));
    return name;
  }

  /** Adds a constant, rounded to float32. */
  String constant(String name, double[] values, long... shape) {
    ByteBuffer data = littleEndian(values.length * Float.BYTES);
    for (double value : values) {
      data.putFloat((float) value);
    }
    return constant(name, TensorProto.DataType.FLOAT_VALUE, data, shape);
  }

  /** Adds a constant vector of whole numbers, as operators take sizes and axes. */
  String sizes(String name, long... values) {
    ByteBuffer data = littleEndian(values.length * Long.BYTES);
    for (long value : values) {
      data.putLong(value);
    }
    return constant(name, TensorProto.DataType.INT64_VALUE, data, values.length);
  }

  private String constant(String name, int type, ByteBuffer data, long... shape) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type)
            .addAllDims(Arrays.stream(shape).boxed().toList())
            .setRawData(ByteString.copyFrom(data.flip())));
    return name;
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static AttributeProto attribute(String name, long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(Arrays.stream(values).boxed().toList())
        .build();
  }

  static AttributeProto attribute(String name, boolean value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value ? 1 : 0)
        .build();
  }

  static AttributeProto attribute(String name, double value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF((float) value)
        .build();
  }

  GraphProto build(String name) {
    return graph.setName(name).build();
  }
}
