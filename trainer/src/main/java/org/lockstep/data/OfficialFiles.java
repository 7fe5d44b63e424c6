package org.lockstep.data;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The published files of the well-known data sets, unpacked: their sizes and SHA-256 digests. A
 * file of the same set, name and size with another digest is a damaged copy; a file of another size
 * is somebody's own set and none of this class's business.
 */
final class OfficialFiles {
  private static final int MNIST_TRAIN_IMAGES = 47_040_016;
  private static final int MNIST_TRAIN_LABELS = 60_008;
  private static final int MNIST_TEST_IMAGES = 7_840_016;
  private static final int MNIST_TEST_LABELS = 10_008;
  private static final int CIFAR_BATCH = 30_730_000;

  private static final List<OfficialFile> FILES =
      List.of(
          new OfficialFile(
              "fashion-mnist",
              "train-images-idx3-ubyte",
              MNIST_TRAIN_IMAGES,
              "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
          new OfficialFile(
              "fashion-mnist",
              "train-labels-idx1-ubyte",
              MNIST_TRAIN_LABELS,
              "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
          new OfficialFile(
              "fashion-mnist",
              "t10k-images-idx3-ubyte",
              MNIST_TEST_IMAGES,
              "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
          new OfficialFile(
              "fashion-mnist",
              "t10k-labels-idx1-ubyte",
              MNIST_TEST_LABELS,
              "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
          new OfficialFile(
              "mnist",
              "train-images-idx3-ubyte",
              MNIST_TRAIN_IMAGES,
              "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
          new OfficialFile(
              "mnist",
              "train-labels-idx1-ubyte",
              MNIST_TRAIN_LABELS,
              "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
          new OfficialFile(
              "mnist",
              "t10k-images-idx3-ubyte",
              MNIST_TEST_IMAGES,
              "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
          new OfficialFile(
              "mnist",
              "t10k-labels-idx1-ubyte",
              MNIST_TEST_LABELS,
              "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
          new OfficialFile(
              "cifar-10",
              "data_batch_1.bin",
              CIFAR_BATCH,
              "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
          new OfficialFile(
              "cifar-10",
              "data_batch_2.bin",
              CIFAR_BATCH,
              "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
          new OfficialFile(
              "cifar-10",
              "data_batch_3.bin",
              CIFAR_BATCH,
              "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
          new OfficialFile(
              "cifar-10",
              "data_batch_4.bin",
              CIFAR_BATCH,
              "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
          new OfficialFile(
              "cifar-10",
              "data_batch_5.bin",
              CIFAR_BATCH,
              "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
          new OfficialFile(
              "cifar-10",
              "test_batch.bin",
              CIFAR_BATCH,
              "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"));

  private OfficialFiles() {}

  /**
   * @param set whose file it should be
   * @param name without {@code .gz}
   * @throws DataException if {@code file} has the official size but not the official content
   */
  static void check(String set, String name, DataFile file) {
    for (OfficialFile official : FILES) {
      if (official.set().equals(set)
          && official.name().equals(name)
          && official.bytes() == file.content().length) {
        compare(official, file);
      }
    }
  }

  private static void compare(OfficialFile official, DataFile file) {
    String found = sha256(file.content());
    if (found.equals(official.sha256())) {
      return;
    }
    String advice =
        FILES.stream()
            .filter(other -> other.sha256().equals(found))
            .map(other -> "it is " + other.name() + " of " + other.set() + ": check --data")
            .findFirst()
            .orElse("it is damaged: get it again" + ownSet(official));
    throw file.wrong(
        "expected SHA-256 %s for a file of the official size of %s, found %s; %s"
            .formatted(official.sha256(), official.set(), found, advice));
  }

  private static String ownSet(OfficialFile official) {
    return official.name().contains("-idx") ? ", or take --data idx for a set of your own" : "";
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private record OfficialFile(String set, String name, int bytes, String sha256) {}
}
