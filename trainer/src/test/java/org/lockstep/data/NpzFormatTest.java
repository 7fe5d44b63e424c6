package org.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lockstep.nn.Shape;
import org.lockstep.verify.NpyBytes;

/** The resources are NumPy's own; {@code generate.py} beside them says what they hold. */
class NpzFormatTest {
  @TempDir Path directory;

  @Test
  void load_deflatedArchiveAsKerasHasIt_isRead() {
    Dataset set = Datasets.load("npz", resource("one"), 0);
    assertThat(set.shape()).isEqualTo(new Shape(2, 3, 1));
    assertThat(set.classes()).isEqualTo(3);
    assertThat(labels(set.train())).containsExactly(0, 1, 2, 0);
    assertThat(set.train().pixels()).startsWith(0, 1, 2, 3, 4, 5, 6).hasSize(24);
    assertThat(labels(set.test())).containsExactly(1, 2);
    assertThat(set.test().pixels()).startsWith(24, 25).hasSize(12);
  }

  @Test
  void load_storedArchivesOfColours_areRead() {
    Dataset set = Datasets.load("npz", resource("two"), 0);
    assertThat(set.shape()).isEqualTo(new Shape(2, 3, 3));
    assertThat(labels(set.train())).containsExactly(0, 1, 2, 0);
    assertThat(set.train().pixels()).startsWith(0, 100, 200, 1, 101, 201);
    assertThat(labels(set.test())).containsExactly(1, 2);
    assertThat(Datasets.load("npz", resource("two"), 2).train().size()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "<f4 ! False ! (1, 2, 3)       ! expected uint8 pixels, found <f4[1, 2, 3]; scale to",
        "|u1 ! True  ! (1, 2, 3)       ! expected C order, found 'fortran_order': True",
        "|u1 ! False ! (1, 6)          ! expected at least one image in [N, H, W] or [N, H, W, C]",
        "|u1 ! False ! (0, 2, 3)       ! expected at least one image",
        "|u1 ! False ! (1, 2, 4)       ! expected 8 bytes for the shape [1, 2, 4], found 6",
        "|u1 ! False ! (2, 1, 3)       ! expected an image for each of 1 labels, found |u1[2, 1, 3]",
        "|u1 ! False ! (1, 3, 1, 2)    ! save x.transpose(0, 2, 3, 1)",
        "|u1 ! False ! (1, 1, 2, 3, 1) ! reshape it",
        "|u1 ! False ! (4294967297123, 2, 3) ! expected a header with 'shape'",
        "|u1 ! False ! (999999999, 999999999, 9) ! bytes for the shape [999999999, 999999999, 9]",
        "|u1 ! False ! (1 2 3)         ! expected a header with 'shape'",
      },
      quoteCharacter = '"')
  void load_unfitPixels_areRefused(String type, String order, String shape, String message)
      throws IOException {
    write(
        "train.npz", NpyBytes.header(type, order, shape), NpyBytes.header("|u1", "False", "(1,)"));
    assertRefused("train.npz x").hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "<f8 ! (1,)   ! expected little-endian whole numbers, found <f8[1]; convert with",
        "|u1 ! (1, 2) ! expected labels in [N] or [N, 1], found |u1[1, 2]; for one-hot labels",
        "<i4 ! (1,)   ! expected 4 bytes for the shape [1], found 1; save it again",
      },
      quoteCharacter = '"')
  void load_unfitLabels_areRefused(String type, String shape, String message) throws IOException {
    write(
        "train.npz",
        NpyBytes.header("|u1", "False", "(1, 2, 3)"),
        NpyBytes.header(type, "False", shape));
    assertRefused("train.npz y").hasMessageContaining(message);
  }

  @Test
  void load_negativeLabel_isNamed() throws IOException {
    write(
        "train.npz",
        NpyBytes.header("|u1", "False", "(1, 2, 3)"),
        NpyBytes.header("|i1", "False", "(1,)"));
    assertRefused("train.npz y")
        .hasMessageContaining("expected labels 0 to 255, found -1 at image 0");
  }

  @Test
  void load_arrayOfAnotherName_listsWhatIsThere() throws IOException {
    Files.copy(resource("one").resolve("mnist.npz"), directory.resolve("train.npz"));
    assertRefused("train.npz x")
        .hasMessageContaining("[x_test.npy, x_train.npy, y_test.npy, y_train.npy]");
  }

  @Test
  void load_headerOfThirtyThousandAxes_isRefused() throws IOException {
    write(
        "train.npz",
        NpyBytes.header("|u1", "False", "(" + "1,".repeat(30_000) + ")"),
        NpyBytes.header("|u1", "False", "(1,)"));
    assertRefused("train.npz x").hasMessageContaining("expected a header with 'shape'");
  }

  @Test
  void load_missingHalf_isNamed() throws IOException {
    Files.copy(resource("two").resolve("train.npz"), directory.resolve("train.npz"));
    assertRefused("test.npz").hasMessageContaining("expected a file of numpy.savez, found none");
  }

  @Test
  void load_severalArchives_areRefused() throws IOException {
    Files.createFile(directory.resolve("a.npz"));
    Files.createFile(directory.resolve("b.npz"));
    assertThatThrownBy(() -> Datasets.load("npz", directory, 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected train.npz and test.npz, or one .npz, found [a.npz, b.npz]");
  }

  @Test
  void load_changedByte_isFound() throws IOException {
    Files.copy(resource("two").resolve("test.npz"), directory.resolve("test.npz"));
    byte[] content = Files.readAllBytes(resource("two").resolve("train.npz"));
    int pixel =
        IntStream.range(0, content.length)
            .filter(i -> content[i] == (byte) 223)
            .findFirst()
            .orElseThrow();
    content[pixel]++;
    Files.write(directory.resolve("train.npz"), content);
    assertRefused("train.npz x").hasMessageContaining("its checksum is another");
  }

  @Test
  void load_otherShapeInTheTestSet_isRefused() throws IOException {
    Files.copy(resource("two").resolve("train.npz"), directory.resolve("train.npz"));
    write(
        "test.npz",
        NpyBytes.header("|u1", "False", "(1, 2, 3)"),
        NpyBytes.header("|u1", "False", "(1,)"));
    assertRefused("test.npz")
        .hasMessageContaining("expected test images of 2x3x3 as the training images, found 2x3x1");
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertRefused(String where) {
    return assertThatThrownBy(() -> Datasets.load("npz", directory, 0))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(directory.resolve(where) + ": ");
  }

  /** Six pixels and one label, all of them bytes of -1, behind these headers. */
  private void write(String name, byte[] x, byte[] y) throws IOException {
    try (OutputStream file = Files.newOutputStream(directory.resolve(name));
        ZipOutputStream archive = new ZipOutputStream(file)) {
      write(archive, "x.npy", x, 6);
      write(archive, "y.npy", y, 1);
    }
  }

  private static void write(ZipOutputStream archive, String name, byte[] header, int bytes)
      throws IOException {
    archive.putNextEntry(new ZipEntry(name));
    archive.write(header);
    for (int i = 0; i < bytes; i++) {
      archive.write(-1);
    }
  }

  private static int[] labels(Images images) {
    return IntStream.range(0, images.size()).map(images::label).toArray();
  }

  private static Path resource(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(NpzFormatTest.class.getResource("/npz/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
