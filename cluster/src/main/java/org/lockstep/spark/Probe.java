package org.lockstep.spark;

import java.io.Serializable;
import java.util.List;
import org.lockstep.preflight.JvmFacts;
import org.lockstep.preflight.Libraries;

/**
 * What a task found out where it ran.
 *
 * @param executor {@code host:port}
 * @param jvm the executor's
 * @param libraries the native ones
 * @param scala version there
 * @param unreached a sentence for each connection that did not come about
 */
record Probe(
    String executor, JvmFacts jvm, Libraries libraries, String scala, List<String> unreached)
    implements Serializable {
  String host() {
    return executor.substring(0, executor.lastIndexOf(':'));
  }
}
