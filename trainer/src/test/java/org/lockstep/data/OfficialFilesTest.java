package org.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lockstep.data.RawFiles.TEST_IMAGES;
import static org.lockstep.data.RawFiles.TEST_LABELS;
import static org.lockstep.data.RawFiles.cifar;
import static org.lockstep.data.RawFiles.gzip;
import static org.lockstep.data.RawFiles.idxImages;
import static org.lockstep.data.RawFiles.idxLabels;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OfficialFilesTest {
  private static final int OFFICIAL_TESTS = 10_000;

  @TempDir Path directory;

  @BeforeEach
  void writeSet() throws IOException {
    RawFiles.writeIdxSet(directory);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mnist", "fashion-mnist"})
  void load_officialSizeWithOtherContent_isDamaged(String name) throws IOException {
    Files.write(directory.resolve(TEST_IMAGES), idxImages(OFFICIAL_TESTS, 28, 28));
    assertThatThrownBy(() -> Datasets.load(name, directory, 0))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(directory.resolve(TEST_IMAGES) + ": expected SHA-256 ")
        .hasMessageContaining("of the official size of " + name)
        .hasMessageEndingWith(
            "it is damaged: get it again, or take --data idx for a set of your own");
  }

  @Test
  void load_packedOfficialSizeWithOtherContent_isDamaged() throws IOException {
    Files.delete(directory.resolve(TEST_IMAGES));
    Files.write(directory.resolve(TEST_IMAGES + ".gz"), gzip(idxImages(OFFICIAL_TESTS, 28, 28)));
    assertThatThrownBy(() -> Datasets.load("mnist", directory, 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("it is damaged");
  }

  @Test
  void load_cifarOfOfficialSize_isDamaged() throws IOException {
    Files.write(directory.resolve("data_batch_1.bin"), cifar(1));
    Files.write(directory.resolve("test_batch.bin"), cifar(new int[OFFICIAL_TESTS]));
    assertThatThrownBy(() -> Datasets.load("cifar-10", directory, 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("of the official size of cifar-10")
        .hasMessageEndingWith("it is damaged: get it again");
  }

  @Test
  void load_oneImageFewerThanOfficial_isSomebodysOwnSet() throws IOException {
    Files.write(directory.resolve(TEST_IMAGES), idxImages(OFFICIAL_TESTS - 1, 2, 3));
    Files.write(directory.resolve(TEST_LABELS), idxLabels(new int[OFFICIAL_TESTS - 1]));
    assertThat(Datasets.load("mnist", directory, 0).test().size()).isEqualTo(OFFICIAL_TESTS - 1);
  }

  @Test
  void load_setOfOnesOwnOfOfficialSize_isTaken() throws IOException {
    Files.write(directory.resolve(TEST_IMAGES), idxImages(OFFICIAL_TESTS, 2, 3));
    Files.write(directory.resolve(TEST_LABELS), idxLabels(new int[OFFICIAL_TESTS]));
    assertThat(Datasets.load("idx", directory, 0).test().size()).isEqualTo(OFFICIAL_TESTS);
  }

  @ParameterizedTest
  @CsvSource({"cifar-10, data_batch_6.bin", "mnist, data_batch_1.bin", "idx, test_batch.bin"})
  void check_fileWithoutPublishedDigest_isNotCompared(String set, String name) {
    OfficialFiles.check(set, name, new DataFile(name, new byte[30_730_000]));
  }
}
