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
  void read_ofAFileWithAByteChanged_namesIt() throws IOException {
    write("step-1");
    Path file = directory.resolve("checkpoints/step-1/model.safetensors");
    Files.write(file, new byte[] {1, 2, 7});
    assertThatThrownBy(() -> store().read("step-1", "model.safetensors"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("step-1/model.safetensors is damaged");
  }

  @Test
  void write_whereSomethingIs_leavesIt() throws IOException {
    Path place = Files.createDirectories(directory.resolve("checkpoints/step-1"));
    Path model = Files.write(place.resolve("model.safetensors"), new byte[] {9});
    assertThat(write("step-1")).isFalse();
    assertThat(model).hasBinaryContent(new byte[] {9});
    assertThat(place).isDirectoryContaining(file -> file.equals(model));
  }

  @Test
  void write_intoAFile_namesWhatCouldNotBeWritten() throws IOException {
    Files.createFile(directory.resolve("checkpoints"));
    assertThatThrownBy(() -> write("step-1"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot write the checkpoint's")
        .hasMessageContaining("checkpoints/step-1/model.safetensors: ");
  }

  @Test
  void open_ofAnUnknownScheme_namesIt() {
    CheckpointStore store = CheckpointStores.open("nosuch://bucket/checkpoints");
    assertThatThrownBy(store::names)
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("cannot reach the file system of nosuch://bucket/checkpoints")
        .hasMessageContaining("nosuch");
  }

  private boolean write(String name) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("model.safetensors", TENSORS);
    files.put("manifest.json", MANIFEST);
    return store().write(name, files);
  }
}
