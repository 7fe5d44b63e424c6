package org.lockstep.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which ranks of a test, all of them threads of one JVM, meet as if in one process. */
public enum Placement {
  /** Every rank in a process of its own. */
  SOCKETS(1),
  /** Two ranks in each process, as with {@code --executor-cores 2}. */
  PAIRS(2),
  /** All ranks in one process. */
  MEMORY(Integer.MAX_VALUE);

  private final int ranksPerProcess;

  Placement(int ranksPerProcess) {
    this.ranksPerProcess = ranksPerProcess;
  }

  /** The endpoints of that many ranks. */
  public List<Endpoint> endpoints(int worldSize) {
    Map<Integer, Map<InetSocketAddress, Endpoint>> processes = new HashMap<>();
    List<Endpoint> endpoints = new ArrayList<>();
    for (int rank = 0; rank < worldSize; rank++) {
      endpoints.add(
          Endpoint.bind(
              InetAddress.getLoopbackAddress(),
              Tls.none(),
              processes.computeIfAbsent(
                  rank / ranksPerProcess, process -> new ConcurrentHashMap<>())));
    }
    return endpoints;
  }
}
