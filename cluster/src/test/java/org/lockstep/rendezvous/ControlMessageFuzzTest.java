package org.lockstep.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.lockstep.transport.Mutator;

/** A million damaged control messages. */
class ControlMessageFuzzTest {
  private static final int PER_TRY = 1000;

  /** What refusing one costs, the exceptions' stack traces and all; no length may add to it. */
  private static final long MAX_BYTES_EACH = 64 << 10;

  private final ControlMessageCodec codec = new ControlMessageCodec();
  private final List<byte[]> corpus =
      ControlMessageCodecTest.messages().stream().map(codec::encode).toList();
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Property(tries = 1000)
  void decode_damaged_givesAMessageOrTheDeclaredExceptionInLittleMemory(@ForAll long seed) {
    Mutator mutator = new Mutator(corpus, new Random(seed));
    long before = threads.getCurrentThreadAllocatedBytes();
    int refused = 0;
    for (int i = 0; i < PER_TRY; i++) {
      try {
        codec.decode(mutator.next());
      } catch (IllegalArgumentException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
    assertThat(threads.getCurrentThreadAllocatedBytes() - before)
        .isLessThan(PER_TRY * MAX_BYTES_EACH);
  }
}
