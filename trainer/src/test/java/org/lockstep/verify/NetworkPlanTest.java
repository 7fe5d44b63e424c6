package org.lockstep.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.lockstep.models.ResNet;
import org.lockstep.models.Shortcut;

/** Residual networks are known by their parameters. */
@Timeout(60)
class NetworkPlanTest {
  @TempDir Path directory;

  @Test
  void read_severalBlocksOfAWidth_areOneStage() throws IOException {
    CaseFile file = caseOf(List.of(), 2, 2, 4, 4, 8, 8);

    assertThat(NetworkPlan.read(file).model()).isEqualTo(new ResNet(List.of(2, 4, 8), 2));
  }

  @Test
  void read_parametersOfAShortcut_meanThatItIsProjected() throws IOException {
    CaseFile file = caseOf(List.of("blocks.1.shortcut.conv1.weight"), 2, 4);

    assertThat(NetworkPlan.read(file).model())
        .isEqualTo(new ResNet(List.of(2, 4), 1, Shortcut.PROJECTED));
  }

  @Test
  void read_otherNumbersOfBlocks_areRefused() throws IOException {
    CaseFile file = caseOf(List.of(), 2, 4, 4);

    assertThatThrownBy(() -> NetworkPlan.read(file))
        .isInstanceOf(CaseException.class)
        .hasMessageContaining("expected as many blocks of each width, at least one")
        .hasMessageContaining("found [1, 2] of the widths [2, 4]");
  }

  /** The golden case with blocks of these widths, and other parameters with names only. */
  private CaseFile caseOf(List<String> others, int... widths) throws IOException {
    CaseCopy copy = CaseCopy.of("net_resnet8", directory);
    copy.edit(
        json -> {
          ObjectNode init = json.putObject("init");
          others.forEach(name -> init.put(name, "none"));
          for (int i = 0; i < widths.length; i++) {
            init.put("blocks." + i + ".conv1.weight", weights(copy, i, widths[i]));
          }
        });
    return CaseFile.read(copy.folder());
  }

  /** Writes a file of a convolution's weights; returns its name. */
  private static String weights(CaseCopy copy, int block, int width) {
    byte[] header = NpyBytes.header("<f4", "False", "(" + width + ", 1, 1, 1)");
    byte[] file = Arrays.copyOf(header, header.length + width * Float.BYTES);
    String name = "weights_" + block + ".npy";
    try {
      Files.write(copy.file(name), file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return name;
  }
}
