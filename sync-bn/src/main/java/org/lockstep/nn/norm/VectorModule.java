package org.lockstep.nn.norm;

/** Whether this JVM has the vectors of {@code jdk.incubator.vector}. */
final class VectorModule {
  /** The first Java whose vectors no longer read byte buffers. */
  private static final int WITHOUT_BUFFERS = 20;

  private VectorModule() {}

  static boolean isUsable() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
        && Runtime.version().feature() < WITHOUT_BUFFERS;
  }
}
