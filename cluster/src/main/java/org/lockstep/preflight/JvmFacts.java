package org.lockstep.preflight;

import com.sun.management.OperatingSystemMXBean;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import org.bytedeco.javacpp.Pointer;
import org.lockstep.transport.NettyVersion;

/**
 * A JVM that is to train, as it sees itself.
 *
 * @param lockstep the build of Lockstep
 * @param java the runtime's version
 * @param platform system and processor, as the JVM names them
 * @param netty its version
 * @param threads OMP_NUM_THREADS, with how many threads native code computes; empty if not set
 * @param cores that the JVM may use
 * @param limitMb how much memory of every kind the process may hold before JavaCPP refuses more;
 *     the one limit that ND4J's arrays count against
 * @param machineMb memory of the machine or container
 */
public record JvmFacts(
    String lockstep,
    String java,
    String platform,
    String netty,
    String threads,
    int cores,
    long limitMb,
    long machineMb)
    implements Serializable {
  /** The system property that {@link #limitMb} comes from; four times the heap by default. */
  public static final String LIMIT = "org.bytedeco.javacpp.maxphysicalbytes";

  private static final int MB = 1 << 20;

  public static JvmFacts here() {
    return new JvmFacts(
        Build.here(),
        Runtime.version().toString(),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        NettyVersion.here(),
        System.getenv().getOrDefault("OMP_NUM_THREADS", ""),
        Runtime.getRuntime().availableProcessors(),
        Pointer.maxPhysicalBytes() / MB,
        machineBytes() / MB);
  }

  private static long machineBytes() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  /** Whether classes in directories run here, which no build names. */
  public boolean isUnpacked() {
    return lockstep.equals(Build.UNPACKED);
  }
}
