package org.lockstep.examples.bench;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.javacpp.Pointer;
import org.lockstep.transport.DirectMemory;

/**
 * What this JVM has taken so far.
 *
 * @param heapBytes allocated on the heap by threads that still live
 * @param offHeapBytes in use outside, for arrays and for frames
 */
record Footprint(long heapBytes, long offHeapBytes) {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final double KILOBYTES_PER_MEGABYTE = 1000;

  static Footprint now() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long[] allocated = threads.getThreadAllocatedBytes(threads.getAllThreadIds());
    return new Footprint(
        Arrays.stream(allocated).filter(bytes -> bytes > 0).sum(),
        Pointer.totalBytes() + DirectMemory.used());
  }

  /** What came on top of {@code earlier}. */
  Footprint minus(Footprint earlier) {
    return new Footprint(heapBytes - earlier.heapBytes, offHeapBytes - earlier.offHeapBytes);
  }

  /** The largest resident size so far, megabytes; NaN where the system does not tell. */
  static double peakResidentMegabytes() {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / KILOBYTES_PER_MEGABYTE)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException e) {
      return Double.NaN;
    }
  }
}
