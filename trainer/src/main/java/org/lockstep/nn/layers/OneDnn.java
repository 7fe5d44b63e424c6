package org.lockstep.nn.layers;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.Pointer;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One layer's door to oneDNN: an engine, a stream, and the owner of every native object made
 * through it. A oneDNN stream must not be shared between threads, and ranks may be threads of one
 * JVM; so each layer has its own, and belongs to one thread at a time.
 */
final class OneDnn implements AutoCloseable {
  private final Deque<Pointer> natives = new ArrayDeque<>();
  private final engine engine = keep(new engine(org.bytedeco.dnnl.engine.kind.cpu, 0));
  private final stream stream = keep(new stream(engine));
  private final primitive_attr attributes = keep(new primitive_attr());
  private final Precision precision;

  /**
   * @param precision of activations, and of weights as primitives read them
   */
  OneDnn(Precision precision) {
    this.precision = precision;
    attributes.set_deterministic(true);
    // The library's own scratchpad belongs to the thread that made the primitive, and another one
    // that runs it crashes; ours moves along.
    attributes.set_scratchpad_mode(dnnl.dnnl_scratchpad_mode_user);
  }

  engine engine() {
    return engine;
  }

  stream stream() {
    return stream;
  }

  primitive_attr attributes() {
    return attributes;
  }

  /** Memory of oneDNN's own. */
  memory memory(memory.desc desc) {
    return keep(new memory(desc, engine));
  }

  /** Memory of {@code array}, which must outlive it. */
  memory memory(memory.desc desc, INDArray array) {
    return keep(new memory(desc, engine, HostMemory.address(array)));
  }

  Primitive primitive(primitive_desc_base desc) {
    return new Primitive(this, keep(desc));
  }

  /** Activations {@code [N, H, W, C]}; oneDNN names the axes n, c, h, w whatever their order. */
  memory.desc activations(long n, Shape shape) {
    long[] dims = {n, shape.channels(), shape.height(), shape.width()};
    return desc(precision, memory.format_tag.nhwc, dims);
  }

  /** Activations {@code [N, C]} of a precision of their own. */
  memory.desc vectors(Precision own, long n, long channels) {
    return desc(own, memory.format_tag.nc, n, channels);
  }

  /** An array of any shape as one row of its values. */
  memory.desc values(INDArray array) {
    return desc(Precision.of(array), memory.format_tag.a, array.length());
  }

  /** A vector, or weights {@code [out, in, kh, kw]}, in C order: parameters and their gradients. */
  memory.desc plain(long... dims) {
    memory.format_tag tag = dims.length == 1 ? memory.format_tag.a : memory.format_tag.abcd;
    return desc(precision.ofParameters(), tag, dims);
  }

  /** Weights whose layout the primitive may choose. */
  memory.desc weights(long... dims) {
    return desc(precision, memory.format_tag.any, dims);
  }

  /** Gradients of weights whose layout the primitive may choose. */
  memory.desc weightGradients(long... dims) {
    return desc(precision.ofParameters(), memory.format_tag.any, dims);
  }

  private memory.desc desc(Precision of, memory.format_tag tag, long... dims) {
    return keep(new memory.desc(dims, type(of), tag));
  }

  private static memory.data_type type(Precision precision) {
    return switch (precision) {
      case FLOAT32 -> memory.data_type.f32;
      case FLOAT64 -> memory.data_type.f64;
      case BF16 -> memory.data_type.bf16;
    };
  }

  <T extends Pointer> T keep(T object) {
    natives.push(object);
    return object;
  }

  /** Frees what was made last first. */
  @Override
  public void close() {
    while (!natives.isEmpty()) {
      natives.pop().close();
    }
  }
}
