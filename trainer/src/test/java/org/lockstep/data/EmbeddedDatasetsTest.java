package org.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.nn.Shape;

class EmbeddedDatasetsTest {
  @Test
  void load_fashionMini_has600And200ImagesOfEachClass() {
    Dataset set = Datasets.load("fashion-mini", null, 0);
    assertThat(set.name()).isEqualTo("fashion-mini");
    assertThat(set.shape()).isEqualTo(new Shape(28, 28, 1));
    assertThat(set.classes()).isEqualTo(10);
    assertThat(classCounts(set.train())).containsOnly(600).hasSize(10);
    assertThat(classCounts(set.test())).containsOnly(200).hasSize(10);
  }

  @Test
  void load_digits_testsEverySixthImage() {
    Dataset set = Datasets.load("digits", null, 0);
    assertThat(set.shape()).isEqualTo(new Shape(8, 8, 1));
    assertThat(set.train().size()).isEqualTo(1797 - 1797 / 6);
    assertThat(set.test().size()).isEqualTo(1797 / 6);
    int[] test = classCounts(set.test());
    int[] train = classCounts(set.train());
    assertThat(IntStream.range(0, 10).map(c -> train[c] + test[c]))
        .containsExactly(178, 182, 177, 183, 181, 182, 181, 179, 174, 180);
    // The file begins with the labels 0, 1, 2, 3, 4, 5, 6: the sixth image shows a 5.
    assertThat(set.test().label(0)).isEqualTo(5);
    assertThat(IntStream.range(0, 6).map(set.train()::label)).containsExactly(0, 1, 2, 3, 4, 6);
  }

  @ParameterizedTest
  @CsvSource({"100, 100, 33", "1, 1, 1", "6000, 6000, 2000", "7000, 6000, 2000", "0, 6000, 2000"})
  void load_limited_takesTheFirstImagesAndTestsInProportion(int limit, int train, int test) {
    Dataset all = Datasets.load("fashion-mini", null, 0);
    Dataset set = Datasets.load("fashion-mini", null, limit);
    assertThat(set.train().size()).isEqualTo(train);
    assertThat(set.test().size()).isEqualTo(test);
    assertThat(set.train().pixels()).startsWith(all.train().first(1).pixels());
    assertThat(set.test().pixels()).startsWith(all.test().first(1).pixels());
    int last = test - 1;
    assertThat(set.test().label(last)).isEqualTo(all.test().label(last));
  }

  @Test
  void load_negativeLimit_isRefused() {
    assertThatThrownBy(() -> Datasets.load("digits", null, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("limit: expected 0 (all) or more training images, found -1");
  }

  @Test
  void load_unknownName_listsTheKnownOnes() {
    assertThatThrownBy(() -> Datasets.load("imagenet", null, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(Datasets.names().toArray(new String[0]))
        .hasMessageContaining("found 'imagenet'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fashion-mini", "digits"})
  void load_embeddedWithDirectory_isRefusedRatherThanIgnored(String name) {
    assertThatThrownBy(() -> Datasets.load(name, Path.of("elsewhere"), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name + " is built in, found elsewhere");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fashion-mini", "digits"})
  void resources_haveTheirDigestsProvenanceAndLicence(String name) throws Exception {
    String[] sums = text(name + "/SHA256SUMS").split("\n");
    for (String line : sums) {
      String[] parts = line.split(" +");
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes(name + "/" + parts[1]));
      assertThat(HexFormat.of().formatHex(digest)).as(parts[1]).isEqualTo(parts[0]);
    }
    assertThat(text(name + "/README.md")).contains("Licence", "Origin");
  }

  @Test
  void resources_ofFashionMini_carryTheirLicence() throws IOException {
    assertThat(text("fashion-mini/LICENSE")).contains("MIT License", "2017 Zalando SE");
  }

  private static int[] classCounts(Images images) {
    int[] counts = new int[10];
    for (int i = 0; i < images.size(); i++) {
      counts[images.label(i)]++;
    }
    return counts;
  }

  private static String text(String resource) throws IOException {
    return new String(bytes(resource), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String resource) throws IOException {
    try (InputStream in = Datasets.class.getResourceAsStream(resource)) {
      assertThat(in).as(resource).isNotNull();
      return in.readAllBytes();
    }
  }
}
