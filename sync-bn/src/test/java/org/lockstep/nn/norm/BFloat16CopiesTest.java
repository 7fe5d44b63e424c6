package org.lockstep.nn.norm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lockstep.nn.BFloat16;

@Timeout(30)
class BFloat16CopiesTest {
  private static final int ALL = 1 << 16;

  /** Lower halves: exact, up and down, and to the even one. */
  private static final int[] LOWER = {0, 1, 0x7fff, 0x8000, 0x8001, 0xffff};

  static Stream<BFloat16Copies> copies() {
    return Stream.of(new VectorBFloat16Copies(), new HeapBFloat16Copies());
  }

  @ParameterizedTest
  @MethodSource("copies")
  void widen_everyNumber_givesItsBitsToTheUpperHalf(BFloat16Copies copies) {
    BFloat16Memory from = BFloat16Memory.of(memory(2 * ALL));
    FloatMemory to = FloatMemory.of(memory(4 * ALL));
    for (int i = 0; i < ALL; i++) {
      from.shorts().put(i, (short) i);
    }
    copies.widen(from, 0, ALL, to);
    for (int i = 0; i < ALL; i++) {
      assertThat(to.bytes().getInt(4 * i)).isEqualTo(i << 16);
    }
  }

  @ParameterizedTest
  @MethodSource("copies")
  void narrow_everyNumberAndThoseBetween_rounds(BFloat16Copies copies) {
    FloatMemory from = FloatMemory.of(memory(4 * ALL));
    BFloat16Memory to = BFloat16Memory.of(memory(2 * ALL));
    for (int lower : LOWER) {
      for (int i = 0; i < ALL; i++) {
        from.bytes().putInt(4 * i, i << 16 | lower);
      }
      copies.narrow(from, to, 0, ALL);
      for (int i = 0; i < ALL; i++) {
        short expected = BFloat16.of(Float.intBitsToFloat(i << 16 | lower));
        assertThat(to.shorts().get(i)).as("%x %x", i, lower).isEqualTo(expected);
      }
    }
  }

  /** More and less than a vector, and than what is copied at a time, from any place. */
  @ParameterizedTest
  @MethodSource("copies")
  void copies_ofAPart_leaveTheRestAlone(BFloat16Copies copies) {
    for (int length : new int[] {0, 1, 15, 16, 33, 2048, 5003}) {
      int start = 7;
      int size = start + length + 3;
      BFloat16Memory from = BFloat16Memory.of(memory(2 * size));
      FloatMemory values = FloatMemory.of(memory(4 * size));
      BFloat16Memory back = BFloat16Memory.of(memory(2 * size));
      for (int i = 0; i < size; i++) {
        from.shorts().put(i, (short) (i + 1));
      }
      copies.widen(from, start, length, values);
      copies.narrow(values, back, start, length);
      for (int i = 0; i < size; i++) {
        boolean inside = i >= start && i < start + length;
        assertThat(back.shorts().get(i)).isEqualTo((short) (inside ? i + 1 : 0));
        int expected = i < length ? (start + i + 1) << 16 : 0;
        assertThat(values.bytes().getInt(4 * i)).isEqualTo(expected);
      }
    }
  }

  private static ByteBuffer memory(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
