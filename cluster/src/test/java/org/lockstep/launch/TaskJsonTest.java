package org.lockstep.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lockstep.comm.InProcessGroup;

class TaskJsonTest {
  private final TaskJson json = new TaskJson();

  record Silent() implements WorkerTask<String, String> {
    @Override
    @SuppressWarnings("NullAway") // A task that breaks its contract.
    public String run(RankContext rank, Events<String> events) {
      return null;
    }
  }

  @Test
  void read_whatWasWritten_isTheSameTask() {
    RankSum task = new RankSum(0.1);

    assertThat(json.read(json.write(task), RankSum.class)).isEqualTo(task);
  }

  @Test
  void read_notANumber_comesBackAsOne() {
    assertThat(json.read(json.write(new RankSum(Double.NaN)), RankSum.class).factor()).isNaN();
  }

  @Test
  void run_taskByItsNameAndJson_givesEventsAndResultAsJson() throws Exception {
    List<String> events = new ArrayList<>();

    assertThat(
            json.run(RankSum.class.getName(), "{\"factor\":2}", InProcessGroup.solo(), events::add))
        .isEqualTo("{\"rank\":0,\"sum\":0.0}");
    assertThat(events).containsExactly("{\"rank\":0}");
  }

  @Test
  void run_classThatIsNoTask_isRefused() {
    assertThatThrownBy(() -> json.run("java.lang.String", "{}", InProcessGroup.solo(), e -> {}))
        .isInstanceOf(ClassCastException.class);
  }

  @Test
  void run_nullResult_saysWhichTask() {
    assertThatThrownBy(
            () -> json.run(Silent.class.getName(), "{}", InProcessGroup.solo(), event -> {}))
        .hasMessageContaining("Silent returned null");
  }

  @Test
  void read_unknownField_isRefusedWithItsName() {
    assertThatThrownBy(() -> json.read("{\"size\":1}", RankSum.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("size");
  }

  @Test
  void write_whatJacksonCannot_isRefused() {
    assertThatThrownBy(() -> json.write(Map.of("self", new Object())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("as JSON");
  }
}
