package org.lockstep.nn.layers;

import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.dnnl.stream;

/** A oneDNN primitive with its arguments: made once, run in every step. */
final class Primitive {
  private final primitive primitive;
  private final IntMemoryMap arguments;
  private final stream stream;

  Primitive(OneDnn dnn, primitive_desc_base desc) {
    primitive = dnn.keep(new primitive(desc.get()));
    arguments = dnn.keep(new IntMemoryMap());
    stream = dnn.stream();
    memory.desc scratchpad = dnn.keep(desc.scratchpad_desc());
    if (scratchpad.get_size() > 0) {
      with(dnn.memory(scratchpad), dnnl.DNNL_ARG_SCRATCHPAD);
    }
  }

  /** Passes {@code memory} as the argument {@code which}, one of {@code DNNL_ARG_*}. */
  Primitive with(memory memory, int which) {
    arguments.put(which, memory);
    return this;
  }

  /** Runs to the end: on a CPU engine with OpenMP a stream works in the calling thread. */
  void run() {
    primitive.execute(stream, arguments);
  }
}
