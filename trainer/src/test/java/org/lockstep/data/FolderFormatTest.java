package org.lockstep.data;

import static java.awt.image.BufferedImage.TYPE_3BYTE_BGR;
import static java.awt.image.BufferedImage.TYPE_4BYTE_ABGR;
import static java.awt.image.BufferedImage.TYPE_BYTE_BINARY;
import static java.awt.image.BufferedImage.TYPE_BYTE_GRAY;
import static java.awt.image.BufferedImage.TYPE_BYTE_INDEXED;
import static java.awt.image.BufferedImage.TYPE_USHORT_GRAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.nn.Shape;

class FolderFormatTest {
  private static final int HEIGHT = 2;
  private static final int WIDTH = 3;

  @TempDir Path directory;

  @BeforeEach
  void writeSet() throws IOException {
    write("train/dog/b.png", grey(11));
    write("train/dog/a.PNG", grey(10));
    write("train/cat/z.png", grey(20));
    write("train/Ant/x.png", grey(30));
    write("train/dog/c.png", grey(12));
    write("test/cat/t.png", grey(40));
  }

  @Test
  void load_greyImages_areOneChannelWithClassesInOrderOfNamesAndInTurn() {
    Dataset set = load("folder");
    assertThat(set.shape()).isEqualTo(new Shape(HEIGHT, WIDTH, 1));
    assertThat(set.classes()).isEqualTo(3); // Ant, cat, dog
    assertThat(labels(set.train())).containsExactly(0, 1, 2, 2, 2);
    assertThat(set.train().pixels()).startsWith(30, 31, 32, 33, 34, 35, 20, 21, 22, 23, 24, 25, 10);
    assertThat(labels(set.test())).containsExactly(1);
    assertThat(set.test().pixels()).containsExactly(40, 41, 42, 43, 44, 45);
  }

  @Test
  void load_limited_keepsImagesOfAllClassesAndOpensNoOther() throws IOException {
    Files.writeString(directory.resolve("train/dog/c.png"), "not an image");
    Dataset set = Datasets.load("folder", directory, 4);
    assertThat(labels(set.train())).containsExactly(0, 1, 2, 2);
    assertRefused("train/dog/c.png", "expected a PNG or JPEG image, found something else");
  }

  @Test
  void load_oneColourImage_makesThreeChannelsOfAll() throws IOException {
    BufferedImage colour = new BufferedImage(WIDTH, HEIGHT, TYPE_3BYTE_BGR);
    colour.setRGB(0, 0, 0x0a_c8_ff);
    write("train/Ant/x.png", colour);
    Dataset set = load("folder");
    assertThat(set.shape()).isEqualTo(new Shape(HEIGHT, WIDTH, 3));
    assertThat(set.train().pixels()).startsWith(0x0a, 0xc8, 0xff, 0, 0, 0);
    assertThat(set.test().pixels()).startsWith(40, 40, 40, 41, 41, 41);
  }

  @ParameterizedTest
  @ValueSource(ints = {TYPE_4BYTE_ABGR, TYPE_BYTE_INDEXED})
  void load_transparencyOrPalette_isTakenAsRgb(int type) throws IOException {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, type);
    image.setRGB(1, 0, 0xff_ff_00_33);
    write("train/Ant/x.png", image);
    assertThat(load("folder").train().pixels()).startsWith(0, 0, 0, 0xff, 0, 0x33);
  }

  @Test
  void load_blackAndWhiteAnd16Bits_areGrey() throws IOException {
    BufferedImage bits = new BufferedImage(WIDTH, HEIGHT, TYPE_BYTE_BINARY);
    bits.getRaster().setSample(2, 0, 0, 1);
    write("train/Ant/x.png", bits);
    BufferedImage deep = new BufferedImage(WIDTH, HEIGHT, TYPE_USHORT_GRAY);
    deep.getRaster().setSample(0, 0, 0, 0xab_cd);
    write("train/cat/z.png", deep);
    Dataset set = load("folder");
    assertThat(set.shape().channels()).isEqualTo(1);
    assertThat(set.train().pixels()).startsWith(0, 0, 0xff, 0, 0, 0, 0xab, 0);
  }

  @Test
  void load_jpeg_isReadByItsContent() throws IOException {
    BufferedImage flat = new BufferedImage(WIDTH, HEIGHT, TYPE_BYTE_GRAY);
    Arrays.fill(((DataBufferByte) flat.getRaster().getDataBuffer()).getData(), (byte) 90);
    ImageIO.write(flat, "jpeg", directory.resolve("test/cat/t.png").toFile());
    ImageIO.write(flat, "jpeg", directory.resolve("test/cat/u.jpeg").toFile());
    Dataset set = load("folder");
    assertThat(set.shape().channels()).isEqualTo(1);
    assertThat(set.test().pixels()).hasSize(2 * HEIGHT * WIDTH).containsOnly(90);
  }

  @Test
  void load_otherSize_namesTheFirstOddFileAndTheOption() throws IOException {
    write("train/dog/b.png", new BufferedImage(4, 5, TYPE_BYTE_GRAY));
    assertRefused(
        "train/dog/b.png",
        "expected 2x3 pixels (height x width) as "
            + directory.resolve("train/Ant/x.png")
            + " has, found 5x4; --data folder:2x3 scales all");
    Dataset scaled = load("folder:4x6");
    assertThat(scaled.shape()).isEqualTo(new Shape(4, 6, 1));
    assertThat(scaled.name()).isEqualTo("folder:4x6");
    assertThat(scaled.test().pixels()).hasSize(24).contains(40, 45);
  }

  @ParameterizedTest
  @ValueSource(strings = {"folder:0x3", "folder:", "folder:3", "folder:3x3x1", "folders"})
  void load_wrongSize_isRefused(String name) {
    assertThatThrownBy(() -> load(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("data: expected ")
        .hasMessageContaining(name);
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 40, 60})
  void load_pngThatIsCutOff_isNamed(int length) throws IOException {
    Path file = directory.resolve("train/dog/c.png");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));
    assertRefused("train/dog/c.png", length < 8 ? "expected a PNG or JPEG" : "cannot be read");
  }

  @Test
  void load_jpegThatIsCutOff_isNamed() throws IOException {
    Path file = directory.resolve("test/cat/t.jpg");
    BufferedImage noise = new BufferedImage(WIDTH, HEIGHT, TYPE_BYTE_GRAY);
    noise.getRaster().setSample(1, 1, 0, 255);
    ImageIO.write(noise, "jpeg", file.toFile());
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 8));
    assertRefused("test/cat/t.jpg", "cannot be read as an image in grey or RGB");
  }

  @Test
  void load_headerOfAHugeImage_isNotBelieved() throws IOException {
    Path file = directory.resolve("train/dog/c.png");
    byte[] content = Files.readAllBytes(file);
    ByteBuffer.wrap(content).putInt(16, 60_000).putInt(20, 50_000);
    CRC32 checksum = new CRC32();
    checksum.update(content, 12, 17);
    ByteBuffer.wrap(content).putInt(29, (int) checksum.getValue());
    Files.write(file, content);
    assertRefused("train/dog/c.png", "expected at most 16777216 pixels, found 50000x60000");
  }

  @ParameterizedTest
  @CsvSource({
    "train/dog/notes.txt, 'expected a .png, .jpg or .jpeg file, found another'",
    "train/stray.png, 'expected a directory, one a class, found a file'",
    "train/dog/deeper/a.png, 'expected a .png, .jpg or .jpeg file, found another'",
    "test/bird/a.png, 'expected a class of the training set, found none of that name'",
  })
  void load_whatDoesNotBelongThere_isNamed(String extra, String message) throws IOException {
    write(extra, grey(0));
    String named = extra.replace("deeper/a.png", "deeper").replace("bird/a.png", "bird");
    assertRefused(named, message);
  }

  @Test
  void load_hiddenFiles_arePassedOver() throws IOException {
    Files.write(directory.resolve("train/.DS_Store"), "x".getBytes(StandardCharsets.UTF_8));
    Files.write(directory.resolve("train/dog/.DS_Store"), "x".getBytes(StandardCharsets.UTF_8));
    assertThat(load("folder").train().size()).isEqualTo(5);
  }

  @Test
  void load_emptyClass_isNamed() throws IOException {
    Files.createDirectory(directory.resolve("train/eel"));
    assertRefused("train/eel", "expected at least one image, found none");
  }

  @Test
  void load_noTestImages_isNamed() throws IOException {
    Files.delete(directory.resolve("test/cat/t.png"));
    Files.delete(directory.resolve("test/cat"));
    assertRefused("test", "expected a directory for each class, found none");
    Files.delete(directory.resolve("test"));
    assertRefused("test", "expected a directory with one directory a class, found none");
  }

  @Test
  void load_oneClass_isRefused() throws IOException {
    Files.delete(directory.resolve("train/Ant/x.png"));
    Files.delete(directory.resolve("train/Ant"));
    Files.move(directory.resolve("train/cat/z.png"), directory.resolve("train/dog/z.png"));
    Files.delete(directory.resolve("train/cat"));
    assertRefused("train", "expected 2 to 256 directories, one a class, found 1");
  }

  private Dataset load(String name) {
    return Datasets.load(name, directory, 0);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      String file, String message) {
    return assertThatThrownBy(() -> load("folder"))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(directory.resolve(file) + ": ")
        .hasMessageContaining(message);
  }

  private static int[] labels(Images images) {
    return IntStream.range(0, images.size()).map(images::label).toArray();
  }

  /** Pixel p is {@code from} + p. */
  private static BufferedImage grey(int from) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, TYPE_BYTE_GRAY);
    for (int p = 0; p < WIDTH * HEIGHT; p++) {
      image.getRaster().setSample(p % WIDTH, p / WIDTH, 0, from + p);
    }
    return image;
  }

  private void write(String name, BufferedImage image) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    ImageIO.write(image, "png", file.toFile());
  }
}
