package org.lockstep.nn.layers;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reorder;
import org.jspecify.annotations.Nullable;

/**
 * A tensor in its plain layout beside the copies of it in the layouts that primitives asked for,
 * one a layout whatever the number of batch sizes.
 */
final class Layouts {
  private final OneDnn dnn;
  private final memory.desc plainDesc;
  private final memory plain;
  private final List<Copy> copies = new ArrayList<>();

  Layouts(OneDnn dnn, memory.desc plainDesc, memory plain) {
    this.dnn = dnn;
    this.plainDesc = plainDesc;
    this.plain = plain;
  }

  /** The copy in the layout {@code desc}; the plain tensor itself where that is its layout. */
  Copy in(memory.desc desc) {
    for (Copy copy : copies) {
      if (copy.desc.equals(desc)) {
        return copy;
      }
    }
    Copy made = new Copy(desc);
    copies.add(made);
    return made;
  }

  final class Copy {
    private final memory.desc desc;
    private final memory memory;
    private final @Nullable Primitive fromPlain;
    private final @Nullable Primitive toPlain;

    private Copy(memory.desc desc) {
      boolean same = desc.equals(plainDesc);
      this.desc = desc;
      memory = same ? plain : dnn.memory(desc);
      fromPlain = same ? null : copying(plain, memory);
      toPlain = same ? null : copying(memory, plain);
    }

    memory memory() {
      return memory;
    }

    /** Takes over the plain tensor's values. */
    void load() {
      if (fromPlain != null) {
        fromPlain.run();
      }
    }

    /** Writes the values to the plain tensor. */
    void store() {
      if (toPlain != null) {
        toPlain.run();
      }
    }

    private Primitive copying(memory from, memory to) {
      return dnn.primitive(new reorder.primitive_desc(from, to, dnn.attributes(), false))
          .with(from, dnnl.DNNL_ARG_FROM)
          .with(to, dnnl.DNNL_ARG_TO);
    }
  }
}
