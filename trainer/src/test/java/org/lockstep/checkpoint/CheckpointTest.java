package org.lockstep.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.models.Model;
import org.lockstep.models.Models;
import org.lockstep.models.Network;
import org.lockstep.models.NetworkBuilder;
import org.lockstep.nn.HostMemory;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormSpec;
import org.lockstep.optim.Sgd;
import org.lockstep.train.EpochMetrics;
import org.lockstep.train.EpochTotals;
import org.lockstep.train.RunState;
import org.lockstep.train.TrainConfig;

class CheckpointTest {
  private static final String MANIFEST = "manifest.json";
  private static final String MODEL = "model.safetensors";
  private static final String OPTIMIZER = "optimizer.safetensors";
  private static final String STATISTICS = "statistics.safetensors";

  @TempDir Path directory;
  private final Random random = new Random(3);
  private Network network;
  private Sgd sgd;

  @BeforeEach
  void makeState() {
    network = build("local", 1);
    sgd = sgd(network);
    for (float[] v : sgd.state().values()) {
      for (int i = 0; i < v.length; i++) {
        v[i] = (float) random.nextGaussian();
      }
    }
    network.buffers().values().forEach(buffer -> Arrays.setAll(buffer, i -> random.nextDouble()));
  }

  @AfterEach
  void close() {
    network.close();
  }

  @Test
  void restore_ofWritten_givesEveryBitBack() throws IOException {
    Path dir = write("epoch-2", 2);
    Checkpoint checkpoint = read(dir);
    assertThat(checkpoint.run()).isEqualTo(state(2));
    try (Network other = build("local", 99)) {
      Sgd otherSgd = sgd(other);
      checkpoint.restore(other);
      checkpoint.restore(otherSgd);
      assertThat(values(other)).usingRecursiveComparison().isEqualTo(values(network));
      assertThat(other.buffers()).usingRecursiveComparison().isEqualTo(network.buffers());
      assertThat(otherSgd.state()).usingRecursiveComparison().isEqualTo(sgd.state());
    }
  }

  @Test
  void of_copiesTheState_soThatTheNetworkMayGoOn() throws IOException {
    Checkpoint checkpoint = Checkpoint.of(state(1), network, sgd, Map.of());
    Map<String, float[]> before = values(network);
    network.parameters().forEach(parameter -> parameter.value().assign(0));
    checkpoint.restore(network);
    assertThat(values(network)).usingRecursiveComparison().isEqualTo(before);
  }

  @Test
  void write_intoNewPlace_leavesNothingBesideIt() throws IOException {
    Path below = directory.resolve("deep/below");
    Checkpoint.of(state(1), network, sgd, Map.of()).write(new LocalStore(below), "epoch-1");
    assertThat(names(below.resolve("epoch-1"))).containsExactly(MANIFEST, MODEL, OPTIMIZER);
    assertThat(names(below)).containsExactly("epoch-1");
  }

  @Test
  void write_whereACheckpointIs_leavesIt() throws IOException {
    write("last", 1);
    assertThat(tryToWrite("last", 2)).isFalse();
    assertThat(read(directory.resolve("last")).run().epoch()).isEqualTo(1);
    assertThat(names(directory)).containsExactly("last");
  }

  @Test
  void write_whereSomethingElseIs_leavesIt() throws IOException {
    Path other = Files.createDirectory(directory.resolve("other"));
    Path thesis = Files.writeString(other.resolve("thesis.tex"), "text");
    assertThat(tryToWrite("other", 1)).isFalse();
    assertThat(thesis).hasContent("text");
    assertThat(names(directory)).containsExactly("other");
  }

  @Test
  void write_afterWritersThatWereStopped_removesWhatTheyLeft() throws IOException {
    for (String left : List.of(".tmp-1", ".tmp-2", ".del-3")) {
      Path deep = Files.createDirectories(directory.resolve(left).resolve("deep"));
      Files.write(deep.resolve(MODEL), new byte[3]);
    }
    Files.createDirectory(directory.resolve(".git"));
    write("last", 1);
    assertThat(names(directory)).containsExactly(".git", "last");
  }

  /** Each bit, what else a manifest may have as a blank, and some other value. */
  @ParameterizedTest
  @ValueSource(strings = {MANIFEST, MODEL, OPTIMIZER, STATISTICS})
  void read_withAnyByteChanged_namesTheFile(String name) throws IOException {
    Path dir = writeOfAllRanks("epoch-1");
    Path file = dir.resolve(name);
    byte[] good = Files.readAllBytes(file);
    CheckpointStore store = new Spoiled(new LocalStore(directory), name, good);
    Checkpoint.read(store, "epoch-1");
    for (int i = 0; i < good.length; i++) {
      byte was = good[i];
      for (byte value : others(was)) {
        good[i] = value;
        assertThatThrownBy(() -> Checkpoint.read(store, "epoch-1"))
            .as("byte %d: %d instead of %d", i, value, was)
            .isInstanceOf(CheckpointException.class)
            .hasMessageContaining(file.toString());
      }
      good[i] = was;
    }
  }

  private Set<Byte> others(byte was) {
    Set<Byte> others = new TreeSet<>(List.of((byte) ' ', (byte) '\t', (byte) '\n', (byte) '\r'));
    others.add((byte) random.nextInt());
    for (int bit = 0; bit < Byte.SIZE; bit++) {
      others.add((byte) (was ^ 1 << bit));
    }
    others.remove(was);
    return others;
  }

  /** A store in which one file is something else. */
  private record Spoiled(CheckpointStore good, String spoiled, byte[] content)
      implements CheckpointStore {
    @Override
    public boolean write(String name, Map<String, byte[]> files) throws IOException {
      return good.write(name, files);
    }

    @Override
    public byte[] read(String name, String file) throws IOException {
      return file.equals(spoiled) ? content : good.read(name, file);
    }

    @Override
    public List<String> names() throws IOException {
      return good.names();
    }

    @Override
    public void delete(String name) throws IOException {
      good.delete(name);
    }

    @Override
    public String place(String name) {
      return good.place(name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {MANIFEST, MODEL, OPTIMIZER})
  void read_ofTruncatedFile_namesIt(String name) throws IOException {
    Path dir = write("epoch-1", 1);
    Path file = dir.resolve(name);
    byte[] good = Files.readAllBytes(file);
    for (int length : new int[] {0, 1, 8, good.length / 2, good.length - 1}) {
      Files.write(file, Arrays.copyOf(good, length));
      assertThatThrownBy(() -> read(dir))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(file.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {MANIFEST, MODEL, OPTIMIZER})
  void read_withoutFile_namesIt(String name) throws IOException {
    Path dir = write("epoch-1", 1);
    Files.delete(dir.resolve(name));
    assertThatThrownBy(() -> read(dir))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("checkpoint " + dir + " is not complete: " + name + " is missing");
  }

  @Test
  void read_ofNothing_saysSo() {
    Path dir = directory.resolve("nowhere");
    assertThatThrownBy(() -> read(dir))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("checkpoint " + dir + ": there is no such directory");
  }

  @Test
  void latest_withDamagedNewest_takesTheOneBefore() throws IOException {
    write("epoch-9", 9);
    write("epoch-10", 10);
    Files.write(write("epoch-11", 11).resolve(MODEL), new byte[] {1});
    Files.createDirectory(directory.resolve(".tmp-epoch-12"));
    Files.createDirectory(directory.resolve("epoch-13"));
    List<String> refused = new ArrayList<>();
    assertThat(latest(refused::add).run().epoch()).isEqualTo(10);
    assertThat(refused)
        .satisfiesExactly(
            message -> assertThat(message).contains("epoch-13", "manifest.json is missing"),
            message -> assertThat(message).contains("epoch-11", MODEL, "is damaged"));
  }

  @Test
  void latest_amongCopiesAfterOneStep_takesTheLastThatIsWhole() throws IOException {
    write("step-1", 1);
    write("step-1-2", 1);
    Files.delete(write("step-1-3", 1).resolve(OPTIMIZER));
    CheckpointStore store = new LocalStore(directory);
    assertThat(Checkpoint.latest(store, store.names(), refused -> {}).name()).isEqualTo("step-1-2");
  }

  @Test
  void latest_amongDamagedOnes_saysWhatIsWrongWithEach() throws IOException {
    Path model = write("epoch-1", 1).resolve(MODEL);
    Files.write(model, new byte[] {1});
    Files.delete(write("epoch-2", 2).resolve(MANIFEST));
    assertThatThrownBy(() -> latest(message -> {}))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(directory + ": expected a complete checkpoint, found none: ")
        .hasMessageContaining("epoch-2 is not complete: manifest.json is missing; ")
        .hasMessageContaining(model + " is damaged");
  }

  @Test
  void latest_amongNone_saysSo() {
    assertThatThrownBy(() -> latest(message -> {}))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(directory + ": expected a complete checkpoint, found none");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5})
  void restore_whereRanksTrackTheirOwn_givesEachItsOwn(int rank) throws IOException {
    Map<String, double[]> ofRanks = new TreeMap<>();
    network
        .buffers()
        .forEach((name, buffer) -> ofRanks.put(name, random.doubles(8L * buffer.length).toArray()));
    Checkpoint.of(state(1), network, sgd, ofRanks).write(new LocalStore(directory), "own");
    Checkpoint checkpoint = read(directory.resolve("own"));
    try (Network same = build("local", 2);
        Network other = build("local", 3)) {
      checkpoint.restore(same, rank, 8);
      checkpoint.restore(other, 0, 7);
      ofRanks.forEach(
          (name, values) -> {
            int size = values.length / 8;
            assertThat(same.buffers().get(name))
                .containsExactly(Arrays.copyOfRange(values, rank * size, (rank + 1) * size));
            double mean = 0;
            for (int r = 0; r < 8; r++) {
              mean += values[r * size] / 8;
            }
            assertThat(other.buffers().get(name)).startsWith(mean);
          });
    }
  }

  @Test
  void delete_ofWritten_leavesTheOthers() throws IOException {
    write("epoch-1", 1);
    write("epoch-2", 2);
    CheckpointStore store = new LocalStore(directory);
    store.delete("epoch-1");
    store.delete("epoch-7");
    assertThat(store.names()).containsExactly("epoch-2");
  }

  @Test
  void restore_intoAnotherNetwork_namesWhatDiffersAndChangesNothing() {
    Checkpoint checkpoint = Checkpoint.of(state(1), network, sgd, Map.of());
    try (Network other = build("none", 5)) {
      Map<String, float[]> before = values(other);
      assertThatThrownBy(() -> checkpoint.restore(other))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(
              "does not fit the network: conv1.bias: expected F32 [2], found nothing");
      assertThatThrownBy(() -> checkpoint.restore(sgd(other)))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("does not fit the optimizer: conv1.bias");
      assertThat(values(other)).usingRecursiveComparison().isEqualTo(before);
    }
  }

  @Test
  void restore_intoOtherShapes_saysBoth() {
    Checkpoint checkpoint = Checkpoint.of(state(1), network, sgd, Map.of());
    try (Network other = build(new Shape(8, 8, 3), "local", 1)) {
      assertThatThrownBy(() -> checkpoint.restore(other))
          .isInstanceOf(CheckpointException.class)
          .hasMessageEndingWith("conv1.weight: expected F32 [2, 3, 3, 3], found F32 [2, 1, 3, 3]");
    }
  }

  /** A network whose files are small enough to spoil every byte. */
  public static final class Tiny implements Model {
    @Override
    public NetworkBuilder define(NetworkBuilder network, int classes) {
      return network.conv(2, 3).norm().relu().globalAveragePool().dense(classes);
    }
  }

  private static Network build(String norm, long seed) {
    return build(new Shape(8, 8, 1), norm, seed);
  }

  private static Network build(Shape image, String norm, long seed) {
    NormSpec spec = NormSpec.parse(norm);
    return Models.build(Tiny.class.getName(), image, 3, spec, InProcessGroup.solo(), seed);
  }

  private static Sgd sgd(Network network) {
    return new Sgd(network.parameters(), 0.9, 0, false);
  }

  private static RunState state(int epoch) {
    EpochMetrics metrics =
        new EpochMetrics(1, 0.5, Double.NaN, 0.1, null, 1.5, 4000, 0.3, 9, List.of(), List.of());
    List<EpochMetrics> epochs = Collections.nCopies(epoch, metrics);
    EpochTotals totals = new EpochTotals(0.1, 3, 0.7, 0.2, 5, List.of(0.1, 0.3));
    return new RunState(TrainConfig.DEFAULT, 8, 375, 3, epoch * 375L + 3, totals, epochs);
  }

  private Path write(String name, int epoch) throws IOException {
    assertThat(tryToWrite(name, epoch)).isTrue();
    return directory.resolve(name);
  }

  private boolean tryToWrite(String name, int epoch) throws IOException {
    return Checkpoint.of(state(epoch), network, sgd, Map.of())
        .write(new LocalStore(directory), name);
  }

  private Path writeOfAllRanks(String name) throws IOException {
    Map<String, double[]> ofRanks = new TreeMap<>();
    network
        .buffers()
        .forEach((buffer, values) -> ofRanks.put(buffer, new double[8 * values.length]));
    Checkpoint.of(state(1), network, sgd, ofRanks).write(new LocalStore(directory), name);
    return directory.resolve(name);
  }

  private Checkpoint latest(Consumer<String> refused) throws IOException {
    CheckpointStore store = new LocalStore(directory);
    return Checkpoint.latest(store, store.names(), refused).checkpoint();
  }

  private Checkpoint read(Path dir) throws IOException {
    return Checkpoint.read(new LocalStore(directory), directory.relativize(dir).toString());
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private static Map<String, float[]> values(Network network) {
    Map<String, float[]> values = new TreeMap<>();
    for (Parameter parameter : network.parameters()) {
      float[] copy = new float[(int) parameter.value().length()];
      HostMemory.floats(parameter.value()).get(copy);
      values.put(parameter.name(), copy);
    }
    return values;
  }
}
