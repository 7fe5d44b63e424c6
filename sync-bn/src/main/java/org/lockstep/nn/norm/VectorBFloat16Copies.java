package org.lockstep.nn.norm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The copies with vectors; what is left of less than one is done by {@link HeapBFloat16Copies}. */
final class VectorBFloat16Copies implements BFloat16Copies {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class);
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));
  private static final int LANES = FLOATS.length();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private static final int SHIFT = 16;
  private static final int ALMOST_HALF = 0x7fff;
  private static final int QUIET = 0x40;

  private final HeapBFloat16Copies rest = new HeapBFloat16Copies();

  @Override
  public void widen(BFloat16Memory from, int start, int length, FloatMemory to) {
    int whole = length - length % LANES;
    widen(from.bytes(), start, whole, to.bytes());
    rest.copyOut(from, start, whole, length, to);
  }

  private static void widen(ByteBuffer from, int start, int length, ByteBuffer to) {
    for (int i = 0; i < length; i += LANES) {
      ShortVector bits = ShortVector.fromByteBuffer(SHORTS, from, (start + i) * Short.BYTES, ORDER);
      IntVector wide = (IntVector) bits.convertShape(VectorOperators.S2I, INTS, 0);
      wide.lanewise(VectorOperators.LSHL, SHIFT).intoByteBuffer(to, i * Float.BYTES, ORDER);
    }
  }

  @Override
  public void narrow(FloatMemory from, BFloat16Memory to, int start, int length) {
    int whole = length - length % LANES;
    narrow(from.bytes(), to.bytes(), start, whole);
    rest.copyIn(from, to, start, whole, length);
  }

  private static void narrow(ByteBuffer from, ByteBuffer to, int start, int length) {
    for (int i = 0; i < length; i += LANES) {
      FloatVector value = FloatVector.fromByteBuffer(FLOATS, from, i * Float.BYTES, ORDER);
      IntVector bits = value.reinterpretAsInts();
      IntVector upper = bits.lanewise(VectorOperators.LSHR, SHIFT);
      IntVector rounded =
          bits.add(upper.and(1)).add(ALMOST_HALF).lanewise(VectorOperators.LSHR, SHIFT);
      IntVector kept =
          rounded.blend(upper.or(QUIET), value.compare(VectorOperators.NE, value).cast(INTS));
      ShortVector narrow = (ShortVector) kept.convertShape(VectorOperators.I2S, SHORTS, 0);
      narrow.intoByteBuffer(to, (start + i) * Short.BYTES, ORDER);
    }
  }
}
