package org.lockstep.data;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lockstep.data.RawFiles.TRAIN_IMAGES;
import static org.lockstep.data.RawFiles.TRAIN_LABELS;
import static org.lockstep.data.RawFiles.gzip;
import static org.lockstep.data.RawFiles.idxImages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataDirectoryTest {
  @TempDir Path directory;

  @BeforeEach
  void writeSet() throws IOException {
    RawFiles.writeIdxSet(directory);
  }

  @ParameterizedTest
  @CsvSource({
    "fashion-mnist, /usr/share/datasets/fashion-mnist",
    "mnist, http://yann.lecun.com/exdb/mnist/",
    "cifar-10, https://www.cs.toronto.edu/~kriz/cifar.html",
    "idx, t10k-labels-idx1-ubyte",
    "folder, train/CLASS/*.png",
    "folder:8x8, train/CLASS/*.png",
    "npz, train.npz",
  })
  void load_withoutDirectory_saysHowToGetTheFiles(String name, String source) {
    assertThatThrownBy(() -> Datasets.load(name, null, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected --data-dir")
        .hasMessageContaining(source);
    assertThatThrownBy(() -> Datasets.load(name, directory.resolve("nowhere"), 0))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(directory.resolve("nowhere") + ": ")
        .hasMessageContaining("found nothing")
        .hasMessageContaining(source);
  }

  @Test
  void load_fileAsDirectory_isRefused() {
    Path file = directory.resolve(TRAIN_IMAGES);
    assertThatThrownBy(() -> Datasets.load("mnist", file, 0))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining("found a file");
  }

  @ParameterizedTest
  @ValueSource(strings = {TRAIN_IMAGES, TRAIN_LABELS, RawFiles.TEST_IMAGES, RawFiles.TEST_LABELS})
  void load_missingFile_isNamedPlainAndPacked(String name) throws IOException {
    Files.delete(directory.resolve(name));
    assertThatThrownBy(() -> Datasets.load("mnist", directory, 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected the file " + name + " or " + name + ".gz of mnist");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 9, 11, 40})
  void load_truncatedGzip_isRefused(int length) throws IOException {
    Files.delete(directory.resolve(TRAIN_IMAGES));
    Path packed = directory.resolve(TRAIN_IMAGES + ".gz");
    Files.write(packed, Arrays.copyOf(gzip(idxImages(2, 20, 30)), length));
    assertDamaged(packed);
  }

  @Test
  void load_gzipWithoutItsTrailer_isRefused() throws IOException {
    byte[] content = gzip(Files.readAllBytes(directory.resolve(TRAIN_IMAGES)));
    Path file = directory.resolve(TRAIN_IMAGES);
    Files.write(file, Arrays.copyOf(content, content.length - 8));
    assertDamaged(file);
  }

  @Test
  void load_gzipWithAChangedByte_isRefused() throws IOException {
    byte[] content = gzip(Files.readAllBytes(directory.resolve(TRAIN_IMAGES)));
    content[content.length - 6] ^= 1; // of the checksum
    Path file = directory.resolve(TRAIN_IMAGES);
    Files.write(file, content);
    assertDamaged(file);
  }

  private void assertDamaged(Path file) {
    assertThatThrownBy(() -> Datasets.load("mnist", directory, 0))
        .isInstanceOf(DataException.class)
        .hasMessage(
            file
                + ": expected a whole gzip file, found one that is cut off or damaged; get it"
                + " again");
  }
}
