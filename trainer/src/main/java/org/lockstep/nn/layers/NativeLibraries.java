package org.lockstep.nn.layers;

import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The native code under the layers, loaded by hand so that a failure comes before training does.
 */
public final class NativeLibraries {
  private NativeLibraries() {}

  /**
   * Loads ND4J's backend and oneDNN; once in a JVM, later calls cost nothing.
   *
   * @return what was loaded, for example {@code CpuBackend, oneDNN 3.11}
   * @throws LinkageError or a RuntimeException of the library's if one cannot be loaded
   */
  public static String load() {
    Nd4j.createUninitialized(DataType.FLOAT, 1).close();
    new OneDnn(Precision.FLOAT32).close();
    dnnl_version_t version = dnnl.dnnl_version();
    return "%s, oneDNN %d.%d"
        .formatted(Nd4j.getBackend().getClass().getSimpleName(), version.major(), version.minor());
  }
}
