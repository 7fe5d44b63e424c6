package org.lockstep.rendezvous;

import java.net.InetSocketAddress;

/**
 * Where a rank takes the connections of the others.
 *
 * @param host its name or address, as the others reach it
 * @param port of its data plane
 */
record Peer(String host, int port) {
  static Peer of(InetSocketAddress address) {
    return new Peer(address.getAddress().getHostAddress(), address.getPort());
  }

  InetSocketAddress address() {
    return new InetSocketAddress(host, port);
  }
}
