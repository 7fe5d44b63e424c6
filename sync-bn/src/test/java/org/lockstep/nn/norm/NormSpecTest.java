package org.lockstep.nn.norm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.nn.norm.NormSpec.Kind;

class NormSpecTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "none",
        "local",
        "sync",
        "sync:4",
        "group:8",
        "group:1",
        "layer",
        "instance",
        "frn",
        "group:8+ws",
        "sync:4+ws",
        "frn+ws"
      })
  void parse_ofEveryName_isReadBack(String name) {
    assertThat(NormSpec.parse(name)).hasToString(name);
  }

  @Test
  void parse_ofGroupAlone_meansTheDefault() {
    assertThat(NormSpec.parse("group"))
        .isEqualTo(new NormSpec(Kind.GROUP, NormSpec.DEFAULT_GROUPS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"batch", "", "Sync", "layer:2", "frn:2", "sync4", ":4", "+ws", "sync+ws+ws"})
  void parse_ofUnknownName_listsTheNames(String name) {
    assertThatThrownBy(() -> NormSpec.parse(name))
        .hasMessage(
            "unknown norm '"
                + name.replaceFirst("\\+ws$", "")
                + "': expected none, local, sync, sync:K, group, group:G, layer, instance, frn, evonorm, evonorm:G, renorm or renorm:N, any but none also with standardized weights: group:8+ws");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sync:",
        "sync:0",
        "group:-1",
        "group:x",
        "evonorm:0",
        "renorm:-1",
        "group:9999999999",
        "sync:1.5"
      })
  void parse_ofSizeThatIsNoNumber_saysSo(String name) {
    assertThatThrownBy(() -> NormSpec.parse(name))
        .hasMessageContaining("expected a positive whole number after the colon");
  }

  @ParameterizedTest
  @CsvSource({"GROUP,0", "GROUP,-1", "SYNC,-1", "LOCAL,2", "NONE,1"})
  void create_withSizeThatDoesNotFit_isRefused(Kind kind, int size) {
    assertThatThrownBy(() -> new NormSpec(kind, size))
        .hasMessage("norm " + kind + " takes no size of " + size);
  }

  @Test
  void parse_ofNoneWithStandardizedWeights_saysThatTheyNeedANorm() {
    assertThatThrownBy(() -> NormSpec.parse("none+ws"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("norm 'none+ws': standardized weights need a norm behind them");
  }

  @Test
  void alone_ofGroupedSync_keepsItsStandardizedWeights() {
    assertThat(NormSpec.parse("sync:4+ws").alone()).hasToString("sync+ws");
  }

  @Test
  void parse_ofRenormAlone_meansAWarmUpForShortRuns() {
    assertThat(NormSpec.parse("renorm")).isEqualTo(new NormSpec(Kind.RENORM, 100));
  }

  @Test
  void check_ofGroups_wantsThemToDivideTheChannels() {
    NormSpec group = NormSpec.parse("group:8");
    assertThatCode(() -> group.check("norm1", 16)).doesNotThrowAnyException();
    assertThatThrownBy(() -> group.check("norm1", 20))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("norm1: expected a number of groups that divides the 20 channels, found 8");
    assertThatCode(() -> NormSpec.parse("instance").check("norm1", 7)).doesNotThrowAnyException();
  }

  /** The paper's 32 groups, where there are so many channels. */
  @Test
  void check_ofEvoNorm_takesAGroupAChannelWhereTheyAreFew() {
    NormSpec evo = NormSpec.parse("evonorm");
    assertThat(evo).isEqualTo(new NormSpec(Kind.EVONORM, 32));
    assertThat(evo.groups(20)).isEqualTo(20);
    assertThat(evo.groups(64)).isEqualTo(32);
    assertThatCode(() -> evo.check("norm1", 20)).doesNotThrowAnyException();
    assertThatThrownBy(() -> evo.check("norm1", 50))
        .hasMessage("norm1: expected a number of groups that divides the 50 channels, found 32");
  }

  @Test
  void checkWorldSize_ofGroupedSync_wantsItToDivideTheWorkers() {
    NormSpec pairs = NormSpec.parse("sync:2");
    assertThatCode(() -> pairs.checkWorldSize(8)).doesNotThrowAnyException();
    assertThatThrownBy(() -> pairs.checkWorldSize(3))
        .hasMessage("norm 'sync:2': expected a group size that divides the 3 workers, found 2");
    assertThatCode(() -> NormSpec.parse("sync").checkWorldSize(3)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "local,1,true",
    "local,4,false",
    "sync,4,true",
    "sync:4,4,true",
    "sync:2,4,false",
    "group,4,true",
    "renorm,4,true",
    "none,4,true"
  })
  void statisticsAreGlobal_ofSpec_tellsWhetherRanksAgree(String name, int ranks, boolean global) {
    assertThat(NormSpec.parse(name).statisticsAreGlobal(ranks)).isEqualTo(global);
  }
}
