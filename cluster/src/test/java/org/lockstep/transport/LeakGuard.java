package org.lockstep.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class after which Netty reports a buffer that nobody released. JUnit registers it
 * for every class of this module. Netty only notices a leak when the collector has run and a
 * further buffer is made, so a leak may be charged to the class after the one that leaked.
 */
public final class LeakGuard implements AfterAllCallback {
  private static final Queue<String> REPORTS = new ConcurrentLinkedQueue<>();

  @Override
  public void afterAll(ExtensionContext context) {
    System.gc();
    PooledByteBufAllocator.DEFAULT.buffer().release();
    List<String> found = List.copyOf(REPORTS);
    REPORTS.clear();
    assertThat(found).isEmpty();
  }

  /** Made by Netty, for the system property {@code io.netty.customResourceLeakDetector}. */
  public static final class Detector<T> extends ResourceLeakDetector<T> {
    public Detector(Class<?> type, int samplingInterval) {
      super(type, samplingInterval);
    }

    @Override
    protected void reportTracedLeak(String type, String records) {
      REPORTS.add(type + " was not released: " + records);
    }

    @Override
    protected void reportUntracedLeak(String type) {
      REPORTS.add(type + " was not released");
    }
  }
}
