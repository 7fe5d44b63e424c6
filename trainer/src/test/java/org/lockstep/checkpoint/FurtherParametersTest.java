package org.lockstep.checkpoint;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.models.Models;
import org.lockstep.models.Network;
import org.lockstep.nn.Elements;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormSpec;

/** What a norm trains beside gamma and beta is in a checkpoint under a name of its own. */
class FurtherParametersTest {
  @ParameterizedTest
  @CsvSource({"frn, norm1.tau", "frn, norm3.eps", "evonorm, norm1.v"})
  void restore_ofWritten_givesThemBack(String norm, String name) throws IOException {
    try (Network written = build(norm, 1);
        Network restored = build(norm, 2)) {
      Elements values = elements(written, name);
      double[] changed = values.toArray();
      changed[0] += 0.25;
      values.put(0, changed, changed.length);
      byte[] file = Checkpoint.modelOf(written);
      assertThat(new String(file, StandardCharsets.UTF_8)).contains('"' + name + '"');
      Checkpoint.restoreModel(file, "here", restored);
      assertThat(elements(restored, name).toArray()).containsExactly(values.toArray());
    }
  }

  private static Network build(String norm, long seed) {
    Shape image = new Shape(8, 8, 1);
    return Models.build("small-dense", image, 3, NormSpec.parse(norm), InProcessGroup.solo(), seed);
  }

  private static Elements elements(Network network, String name) {
    Map<String, Elements> elements = new TreeMap<>();
    network.parameters().forEach(p -> elements.put(p.name(), Elements.of(p.value())));
    assertThat(elements).containsKey(name);
    return requireNonNull(elements.get(name));
  }
}
