package org.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.shuffle.FetchFailedException;
import org.apache.spark.storage.BlockManagerId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.lockstep.comm.CommunicationException;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.data.SampleStore;
import org.lockstep.launch.RankContext;
import scala.Option;

@Timeout(60)
class ShardTest {
  @TempDir Path directory;
  private final Shard shard = new Shard();

  @Test
  void await_ofWrongSamples_saysWhatIsWrong() {
    shard.fail(new IllegalArgumentException("expected labels 0 to 2, found 3 at sample 4"));
    assertThatThrownBy(shard::await)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cannot read this rank's samples: expected labels 0 to 2, found 3 at sample 4");
  }

  @Test
  void await_ofAnExceptionOfSomebodyElse_namesIt() {
    shard.fail(new IOException("corrupt"));
    assertThatThrownBy(shard::await)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cannot read this rank's samples: java.io.IOException: corrupt");
  }

  @Test
  void await_ofALostShuffle_isALossAndNoMistake() {
    BlockManagerId executor = BlockManagerId.apply("7", "host", 4242, Option.empty());
    shard.fail(new FetchFailedException(executor, 1, 2, 3, 4, "connection refused", null));
    assertThatThrownBy(shard::await)
        .isInstanceOf(CommunicationException.class)
        .hasMessage("cannot fetch this rank's samples: connection refused");
  }

  /** The other rank reads for ever, and takes part in nothing. */
  @Test
  void readSamples_whileAnotherRankReads_needsNoCollective() throws InterruptedException {
    RankContext rank = new RankContext(InProcessGroup.of(2).get(0));
    SampleStore samples = new SampleStore(1, 100, directory);
    samples.add(new float[1], 0);
    shard.complete(samples);
    rank.keep(Shard.class, shard);
    assertThat(new ReadSamples().run(rank, event -> {})).isEqualTo(1);
    rank.drop(Shard.class);
  }

  @Test
  void await_afterTheEnd_doesNotWait() {
    shard.close();
    assertThatThrownBy(shard::await).hasMessageEndingWith("the rank has ended");
  }

  @Test
  void complete_afterTheEnd_closesTheSamples() {
    SampleStore samples = new SampleStore(1, 100, directory);
    samples.add(new float[1], 0);
    shard.close();
    shard.complete(samples);
    assertThat(samples.size()).isZero();
  }
}
