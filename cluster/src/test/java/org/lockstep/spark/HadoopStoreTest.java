package org.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.lockstep.checkpoint.CheckpointException;
import org.lockstep.checkpoint.CheckpointStore;
import org.lockstep.checkpoint.CheckpointStores;

/** Checkpoints through Hadoop, in its local file system. */
@Timeout(60)
class HadoopStoreTest {
  private static final byte[] TENSORS = {1, 2, 3};
  private static final byte[] MANIFEST = {'{', '}'};

  @TempDir Path directory;

  private CheckpointStore store() {
    return CheckpointStores.open(directory.resolve("checkpoints").toUri().toString());
  }

  @Test
  void read_ofWritten_givesItsBytes() throws IOException {
    write("step-2");
    write("step-1");
    assertThat(store().names()).containsExactly("step-1", "step-2");
    assertThat(store().read("step-1", "model.safetensors")).isEqualTo(TENSORS);
    assertThat(store().read("step-1", "manifest.json")).isEqualTo(MANIFEST);
  }

  @Test
  void names_beforeTheFirst_areNone() throws IOException {
    assertThat(store().names()).isEmpty();
  }

  @Test
  void delete_ofOne_leavesTheOthers() throws IOException {
    write("step-1");
    write("step-2");
    store().delete("step-1");
    store().delete("step-7");
    assertThat(store().names()).containsExactly("step-2");
  }

  @Test
  void read_ofAMissingFile_namesIt() throws IOException {
    write("step-1");
    assertThatThrownBy(() -> store().read("step-1", "optimizer.safetensors"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("step-1 is not complete: optimizer.safetensors is missing");
  }

  @Test
  void write_overAnUnfinishedOrOlderOne_takesItsPlace() throws IOException {
    Path place = Files.createDirectories(directory.resolve("checkpoints/step-1"));
    Files.write(place.resolve("model.safetensors"), new byte[] {9});
    write("step-1");
    write("step-1");
    assertThat(store().read("step-1", "model.safetensors")).isEqualTo(TENSORS);
  }

  @Test
  void write_overSomethingElse_leavesIt() throws IOException {
    Path place = Files.createDirectories(directory.resolve("checkpoints/step-1"));
    Path thesis = Files.writeString(place.resolve("thesis.tex"), "text");
    assertThatThrownBy(() -> write("step-1"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("found something else");
    assertThat(thesis).hasContent("text");
  }

  @Test
  void open_ofAnUnknownScheme_namesIt() {
    CheckpointStore store = CheckpointStores.open("nosuch://bucket/checkpoints");
    assertThatThrownBy(store::names)
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("cannot reach the file system of nosuch://bucket/checkpoints")
        .hasMessageContaining("nosuch");
  }

  private void write(String name) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("model.safetensors", TENSORS);
    files.put("manifest.json", MANIFEST);
    store().write(name, files);
  }
}
