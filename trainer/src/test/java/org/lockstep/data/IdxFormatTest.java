package org.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lockstep.data.RawFiles.TEST_IMAGES;
import static org.lockstep.data.RawFiles.TEST_LABELS;
import static org.lockstep.data.RawFiles.TRAIN_IMAGES;
import static org.lockstep.data.RawFiles.TRAIN_LABELS;
import static org.lockstep.data.RawFiles.gzip;
import static org.lockstep.data.RawFiles.idxImages;
import static org.lockstep.data.RawFiles.idxLabels;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.nn.Shape;

class IdxFormatTest {
  @TempDir Path directory;

  @BeforeEach
  void writeSet() throws IOException {
    RawFiles.writeIdxSet(directory);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mnist", "fashion-mnist"})
  void load_smallerSetOfOtherSize_isTaken(String name) {
    Dataset set = Datasets.load(name, directory, 0);
    assertThat(set.shape()).isEqualTo(new Shape(2, 3, 1));
    assertThat(set.classes()).isEqualTo(10);
    assertThat(set.train().size()).isEqualTo(2);
    assertThat(set.train().label(1)).isEqualTo(9);
    assertThat(set.train().pixels()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    assertThat(set.test().pixels()).containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void load_gzip_isTheSameAsPlain() throws IOException {
    Dataset plain = Datasets.load("mnist", directory, 0);
    for (String name : new String[] {TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS}) {
      Path file = directory.resolve(name);
      Files.write(directory.resolve(name + ".gz"), gzip(Files.readAllBytes(file)));
      Files.delete(file);
    }
    Dataset packed = Datasets.load("mnist", directory, 0);
    assertThat(packed.train().pixels()).isEqualTo(plain.train().pixels());
    assertThat(packed.test().label(0)).isEqualTo(plain.test().label(0));
  }

  @Test
  void load_setOfOnesOwn_hasAsManyClassesAsLabels() throws IOException {
    write(TEST_LABELS, idxLabels(255));
    assertThat(Datasets.load("idx", directory, 0).classes()).isEqualTo(256);
    write(TEST_LABELS, idxLabels(3));
    assertThat(Datasets.load("idx", directory, 0).classes()).isEqualTo(10);
  }

  @ParameterizedTest
  @CsvSource({
    TRAIN_IMAGES + ", 0x00000803 of IDX images",
    TRAIN_LABELS + ", 0x00000801 of IDX labels",
  })
  void load_wrongMagicNumber_isNamed(String name, String expected) throws IOException {
    byte[] content = Files.readAllBytes(directory.resolve(name));
    content[3] = 7;
    write(name, content);
    assertRefused(name)
        .hasMessageContaining("expected the magic number " + expected)
        .hasMessageContaining("found 0x00000807");
  }

  @ParameterizedTest
  @CsvSource({
    TRAIN_IMAGES + ", -1, 'expected 28 bytes for 2 images of 2x3 as its header says, found 27'",
    TRAIN_IMAGES + ", 1, 'expected 28 bytes for 2 images of 2x3 as its header says, found 29'",
    TEST_LABELS + ", -1, 'expected 9 bytes for 1 labels as its header says, found 8'",
    TEST_LABELS + ", 3, 'expected 9 bytes for 1 labels as its header says, found 12'",
    TRAIN_IMAGES + ", -13, 'expected an IDX header of 16 bytes, found a file of 15 bytes'",
    TRAIN_LABELS + ", -10, 'expected an IDX header of 8 bytes, found a file of 0 bytes'",
  })
  void load_missingOrTrailingBytes_areCounted(String name, int more, String message)
      throws IOException {
    byte[] content = Files.readAllBytes(directory.resolve(name));
    write(name, Arrays.copyOf(content, content.length + more));
    assertRefused(name).hasMessageContaining(message).hasMessageEndingWith("get it again");
  }

  @ParameterizedTest
  @CsvSource({"0, 2, 3", "-1, 2, 3", "2, 0, 3", "2, 2, -3", "2, 65536, 3", "1, 3, 65536"})
  void load_absurdHeader_isRefused(int count, int rows, int columns) throws IOException {
    byte[] content = Files.readAllBytes(directory.resolve(TRAIN_IMAGES));
    ByteBuffer.wrap(content).putInt(4, count).putInt(8, rows).putInt(12, columns);
    write(TRAIN_IMAGES, content);
    assertRefused(TRAIN_IMAGES)
        .hasMessageContaining("found " + count + " of " + rows + "x" + columns);
  }

  @Test
  void load_hugeHeader_isNotBelieved() throws IOException {
    byte[] content = Files.readAllBytes(directory.resolve(TRAIN_IMAGES));
    ByteBuffer.wrap(content).putInt(4, Integer.MAX_VALUE).putInt(8, 65_535).putInt(12, 65_535);
    write(TRAIN_IMAGES, content);
    long expected = 16 + (long) Integer.MAX_VALUE * 65_535 * 65_535;
    assertRefused(TRAIN_IMAGES).hasMessageContaining("expected " + expected + " bytes");
  }

  @Test
  void load_otherNumberOfLabels_namesBothFiles() throws IOException {
    write(TRAIN_LABELS, idxLabels(1, 2, 3));
    assertRefused(TRAIN_LABELS)
        .hasMessageContaining("expected 2 labels")
        .hasMessageContaining(directory.resolve(TRAIN_IMAGES).toString())
        .hasMessageContaining("found 3");
  }

  @Test
  void load_labelAboveTheClasses_isNamed() throws IOException {
    write(TRAIN_LABELS, idxLabels(4, 200));
    assertRefused(TRAIN_LABELS)
        .hasMessageContaining("expected labels 0 to 9, found 200 at image 1");
  }

  @Test
  void load_testImagesOfOtherSize_areRefused() throws IOException {
    write(TEST_IMAGES, idxImages(1, 3, 2));
    assertRefused(TEST_IMAGES)
        .hasMessageContaining("expected images of 2x3x1 as in the training set, found 3x2x1");
  }

  private void write(String name, byte[] content) throws IOException {
    Files.write(directory.resolve(name), content);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertRefused(String name) {
    return assertThatThrownBy(() -> Datasets.load("mnist", directory, 0))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(directory.resolve(name) + ": ");
  }
}
