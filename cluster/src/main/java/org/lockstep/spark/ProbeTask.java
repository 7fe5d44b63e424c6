package org.lockstep.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.lockstep.preflight.JvmFacts;
import org.lockstep.preflight.Libraries;
import org.lockstep.preflight.Reach;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;
import scala.util.Properties;

/**
 * A barrier task that looks around on its executor: the JVM, the way to the driver and, where that
 * is asked for, to all other tasks. Only the latter takes time, since Spark's barrier polls once a
 * second.
 */
final class ProbeTask extends AbstractFunction1<Iterator<Integer>, Iterator<Probe>>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private final InetSocketAddress driver;
  private final boolean peers;

  /**
   * @param driver where the driver listens
   * @param peers whether tasks try to reach each other
   */
  ProbeTask(InetSocketAddress driver, boolean peers) {
    this.driver = driver;
    this.peers = peers;
  }

  @Override
  public Iterator<Probe> apply(Iterator<Integer> partition) {
    BarrierTaskContext context = BarrierTaskContext.get();
    String executor = context.getTaskInfos()[context.partitionId()].address();
    List<String> unreached = new ArrayList<>();
    String failure = Reach.failure(new InetSocketAddress(driver.getHostString(), driver.getPort()));
    if (!failure.isEmpty()) {
      unreached.add(
          "%s does not reach the driver at %s port %d: %s; set spark.driver.host to an address of the driver that executors reach, and open its ports to them, or the one that --port gives"
              .formatted(executor, driver.getHostString(), driver.getPort(), failure));
    }
    if (peers) {
      unreached.addAll(unreachedPeers(context, executor));
    }
    Probe probe =
        new Probe(
            executor,
            JvmFacts.here(),
            Libraries.load(),
            Properties.versionNumberString(),
            unreached);
    return CollectionConverters.asScala(List.of(probe).iterator());
  }

  private static List<String> unreachedPeers(BarrierTaskContext context, String executor) {
    InetAddress host = RankTask.host(executor);
    try (ServerSocket server = Reach.listen(new InetSocketAddress(host, 0))) {
      String here = host.getHostAddress() + " " + server.getLocalPort();
      List<String> unreached = new ArrayList<>();
      for (String there : context.allGather(here)) {
        String[] hostAndPort = there.split(" ");
        String failure =
            Reach.failure(new InetSocketAddress(hostAndPort[0], Integer.parseInt(hostAndPort[1])));
        if (!failure.isEmpty()) {
          unreached.add(
              "%s does not reach the executor at %s port %s: %s; set SPARK_LOCAL_IP there to an address that the others reach, and open all ports between executors"
                  .formatted(executor, hostAndPort[0], hostAndPort[1], failure));
        }
      }
      context.barrier();
      return unreached;
    } catch (IOException e) {
      throw new UncheckedIOException(executor + " cannot listen on its own address " + host, e);
    }
  }
}
