package org.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lockstep.data.RawFiles.CIFAR_RECORD;
import static org.lockstep.data.RawFiles.cifar;
import static org.lockstep.data.RawFiles.gzip;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lockstep.nn.Shape;

class CifarFormatTest {
  @TempDir Path directory;

  @Test
  void load_fewBatches_areTakenInTheOrderOfTheirNumbers() throws IOException {
    write("data_batch_10.bin", cifar(7));
    write("data_batch_2.bin.gz", gzip(cifar(3, 4)));
    write("data_batch_1.bin", cifar(1, 2));
    write("data_batch_1.bin.gz", new byte[] {1}); // the plain one is read
    write("test_batch.bin", cifar(9));
    write("batches.meta.txt", new byte[] {'\n'});
    Dataset set = Datasets.load("cifar-10", directory, 0);
    assertThat(set.shape()).isEqualTo(new Shape(32, 32, 3));
    assertThat(set.classes()).isEqualTo(10);
    assertThat(IntStream.range(0, set.train().size()).map(set.train()::label))
        .containsExactly(1, 2, 3, 4, 7);
    assertThat(set.test().label(0)).isEqualTo(9);
  }

  @Test
  void load_limit_keepsTheFirstImagesOfAllBatchesAndTestsInProportion() throws IOException {
    write("data_batch_1.bin.gz", gzip(cifar(1, 2)));
    write("data_batch_2.bin", cifar(3, 4, 5));
    write("data_batch_3.bin", cifar(6));
    write("test_batch.bin", cifar(7, 8, 9));
    Dataset set = Datasets.load("cifar-10", directory, 4);
    assertThat(IntStream.range(0, set.train().size()).map(set.train()::label))
        .containsExactly(1, 2, 3, 4);
    assertThat(IntStream.range(0, set.test().size()).map(set.test()::label)).containsExactly(7, 8);
  }

  @Test
  void load_label10BeyondTheLimit_isNamed() throws IOException {
    write("data_batch_1.bin", cifar(1, 10));
    write("test_batch.bin", cifar(0));
    assertThatThrownBy(() -> Datasets.load("cifar-10", directory, 1))
        .hasMessageContaining("expected labels 0 to 9, found 10 at image 1");
  }

  @Test
  void load_planes_becomeChannelsLast() throws IOException {
    write("data_batch_1.bin", cifar(1, 2));
    write("test_batch.bin", cifar(9));
    byte[] pixels = Datasets.load("cifar-10", directory, 0).train().pixels();
    for (int i = 0; i < 2; i++) {
      for (int p = 0; p < 32 * 32; p++) {
        for (int c = 0; c < 3; c++) {
          assertThat(pixels[(i * 32 * 32 + p) * 3 + c]).isEqualTo((byte) (100 * i + 10 * c + p));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 'found 6145 bytes, that is 1 records and 3072 bytes'",
    "1, 'found 6147 bytes, that is 2 records and 1 bytes'",
    "-6146, 'found 0 bytes, that is 0 records and 0 bytes'",
  })
  void load_partOfARecord_isCounted(int more, String message) throws IOException {
    write("data_batch_1.bin", Arrays.copyOf(cifar(1, 2), 2 * CIFAR_RECORD + more));
    write("test_batch.bin", cifar(9));
    assertRefused("data_batch_1.bin", "expected whole records of 3073 bytes, " + message);
  }

  @Test
  void load_label10_isNamed() throws IOException {
    write("data_batch_1.bin", cifar(1, 2));
    write("test_batch.bin", cifar(0, 10));
    assertRefused("test_batch.bin", "expected labels 0 to 9, found 10 at image 1");
  }

  @Test
  void load_withoutTrainingBatches_saysWhatIsLookedForAndHowToGetIt() throws IOException {
    write("test_batch.bin", cifar(0));
    assertThatThrownBy(() -> Datasets.load("cifar-10", directory, 0))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(directory.toString())
        .hasMessageContaining("expected the file data_batch_1.bin or data_batch_1.bin.gz")
        .hasMessageContaining("https://www.cs.toronto.edu/~kriz/cifar.html");
  }

  private void write(String name, byte[] content) throws IOException {
    Files.write(directory.resolve(name), content);
  }

  private void assertRefused(String name, String message) {
    assertThatThrownBy(() -> Datasets.load("cifar-10", directory, 0))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(directory.resolve(name) + ": ")
        .hasMessageContaining(message);
  }
}
