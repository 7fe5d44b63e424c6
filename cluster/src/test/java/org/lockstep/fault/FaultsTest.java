package org.lockstep.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.lockstep.checkpoint.CheckpointStore;
import org.lockstep.checkpoint.CheckpointStores;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.comm.ReduceOp;

/** When faults strike; what they do to connections is for the matrix to show. */
@Timeout(60)
class FaultsTest {
  private static final OpTag TAG = new OpTag(3, "bn1", Phase.FORWARD);
  private static final OpTag NEXT = new OpTag(4, "bn1", Phase.FORWARD);

  @TempDir Path directory;

  private static Faults throwing(String where) {
    return Faults.of(List.of(FaultSpec.parse("throw:rank=0" + where)), 0).orElseThrow();
  }

  private static void sum(Communicator ranks, OpTag tag) {
    ranks.allReduce(new double[1], 1, ReduceOp.SUM, tag);
  }

  @Test
  void of_faultsOfOtherRanks_isNothing() {
    assertThat(Faults.of(List.of(FaultSpec.parse("kill:rank=1")), 0)).isEmpty();
  }

  @Test
  void around_collectiveThatFits_strikesOnce() {
    Communicator alone = InProcessGroup.of(1).get(0);
    Communicator ranks = throwing(",step=4").around(alone);
    sum(ranks, TAG);
    assertThatThrownBy(() -> sum(ranks, NEXT))
        .hasMessage("the fault throw:rank=0,step=4 was asked for");
    assertThat(alone.traffic().collectives()).isEqualTo(1);
    sum(ranks, NEXT);
    assertThat(alone.traffic().collectives()).isEqualTo(2);
  }

  @Test
  void around_subgroup_strikesThere() {
    Communicator group = throwing("").around(InProcessGroup.of(1).get(0)).subgroup(1);
    assertThatThrownBy(() -> sum(group, TAG)).hasMessageContaining("was asked for");
  }

  @Test
  void around_store_strikesWhenTheFirstFileIsWritten() throws Exception {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("first", new byte[10]);
    files.put("manifest.json", new byte[10]);
    CheckpointStore store = CheckpointStores.open(directory.toString());
    CheckpointStore faulty = throwing(",at=checkpoint,step=7").around(store, 7);
    assertThatThrownBy(() -> faulty.write("step-00000007", files))
        .hasMessageContaining("was asked for");
    assertThat(Files.exists(directory.resolve("step-00000007"))).isFalse();

    assertThat(faulty.write("step-00000007", files)).isTrue();
    assertThat(store.read("step-00000007", "first")).hasSize(10);
  }

  @Test
  void reached_delay_returnsWhenItIsOver() {
    Faults faults =
        Faults.of(List.of(FaultSpec.parse("delay:30ms,rank=0,at=rendezvous")), 0).orElseThrow();
    long begin = System.nanoTime();
    faults.reached(FaultPoint.RENDEZVOUS, 0);
    assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(30_000_000L);
  }
}
