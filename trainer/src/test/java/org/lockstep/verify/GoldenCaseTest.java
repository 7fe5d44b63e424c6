package org.lockstep.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.nn.Precision;

/** Cases that cannot be read, and cases that must not pass. */
@Timeout(60)
class GoldenCaseTest {
  private static final String BATCH_NORM = "bn_nc_basic";
  private static final String GROUP_NORM = "gn_nc_groups3";

  @TempDir Path directory;

  static Stream<Arguments> spoiledJson() {
    return Stream.of(
        spoiled(BATCH_NORM, "kind expected", json -> json.put("kind", "batchnorm2d")),
        spoiled(
            BATCH_NORM, "expected a field 'workers', found none", json -> json.remove("workers")),
        spoiled(BATCH_NORM, "workers expected a whole number", json -> json.put("workers", 2.5)),
        spoiled(BATCH_NORM, "one number for each of the 3 workers", json -> json.put("workers", 3)),
        spoiled(BATCH_NORM, "expected float32 or float64", json -> json.put("input_dtype", "int8")),
        spoiled(BATCH_NORM, "eps expected a positive number", json -> json.put("eps", 0)),
        spoiled(BATCH_NORM, "expected a field 'momentum'", json -> json.remove("momentum")),
        spoiled(BATCH_NORM, "momentum expected a number", json -> json.put("momentum", 2)),
        spoiled(BATCH_NORM, "gamma.npy: expected the shape", json -> json.put("channels", 4)),
        spoiled(BATCH_NORM, "spatial expected up to 3 axes", GoldenCaseTest::fourAxes),
        spoiled(BATCH_NORM, "expected a field 'eval'", json -> json.remove("eval")),
        spoiled(BATCH_NORM, "steps expected a list", json -> json.putArray("steps")),
        spoiled(
            BATCH_NORM,
            "lost.npy: expected an .npy file",
            json -> step(json).put("dx", "lost.npy")),
        spoiled(BATCH_NORM, "steps[0].dx expected a text", json -> step(json).put("dx", 7)),
        spoiled(
            BATCH_NORM,
            "steps[0].shards[0] expected",
            json -> step(json).putArray("shards").add(-1)),
        spoiled(BATCH_NORM, "expected the shape [", json -> step(json).put("x", "gamma.npy")),
        spoiled(
            BATCH_NORM,
            "tolerance.float64 expected a field 'dx'",
            json -> bounds(json, "float64").remove("dx")),
        spoiled(
            BATCH_NORM,
            "tolerance.float32.y expected",
            json -> bounds(json, "float32").put("y", -1)),
        spoiled(
            GROUP_NORM, "groups expected a number that divides", json -> json.put("groups", 5)));
  }

  private static Arguments spoiled(String name, String message, Consumer<ObjectNode> change) {
    return Arguments.of(name, message, change);
  }

  private static void fourAxes(ObjectNode json) {
    json.putArray("spatial").add(1).add(1).add(1).add(1);
  }

  private static ObjectNode step(ObjectNode json) {
    return (ObjectNode) json.get("steps").get(0);
  }

  private static ObjectNode bounds(ObjectNode json, String precision) {
    return (ObjectNode) json.get("tolerance").get(precision);
  }

  @ParameterizedTest
  @MethodSource("spoiledJson")
  void read_spoiledJson_saysWhereAndWhatIsExpected(
      String name, String message, Consumer<ObjectNode> change) throws IOException {
    CaseCopy copy = CaseCopy.of(name, directory).edit(change);

    assertThatThrownBy(() -> GoldenCase.read(copy.folder()))
        .isInstanceOf(CaseException.class)
        .hasMessageStartingWith(copy.folder().toString())
        .hasMessageContaining(message)
        .hasMessageContaining(", found ");
  }

  /** Whatever stands somewhere in a case, it is read or refused with one sentence. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "-1",
        "0",
        "1e300",
        "99999999999999999999",
        "\"x\"",
        "\"\"",
        "\"\\u0000\"",
        "{}",
        "[]",
        "true",
        "\"gamma.npy\"",
        "[2000000000, 2000000000, 0]"
      })
  void read_anythingAnywhere_failsWithASentenceIfAtAll(String value) throws IOException {
    CaseCopy copy = CaseCopy.of(GROUP_NORM, directory);
    ObjectMapper mapper = new ObjectMapper();
    String original = Files.readString(copy.file("case.json"));
    List<String> sentences = new ArrayList<>();
    for (JsonPointer place : places(mapper.readTree(original), JsonPointer.empty())) {
      ObjectNode json = (ObjectNode) mapper.readTree(original);
      replace(json, place, mapper.readTree(value));
      Files.writeString(copy.file("case.json"), json.toString());
      try {
        GoldenCase.read(copy.folder());
      } catch (CaseException e) {
        sentences.add(e.getMessage());
      }
    }

    assertThat(sentences).isNotEmpty().allMatch(sentence -> sentence.lines().count() == 1);
  }

  private static List<JsonPointer> places(JsonNode node, JsonPointer at) {
    List<JsonPointer> places = new ArrayList<>();
    node.fieldNames().forEachRemaining(key -> places.add(at.appendProperty(key)));
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      places.add(at.appendIndex(i));
    }
    for (JsonPointer place : List.copyOf(places)) {
      places.addAll(places(node.at(place.last()), place));
    }
    return places;
  }

  private static void replace(ObjectNode json, JsonPointer place, JsonNode value) {
    JsonNode parent = json.at(place.head());
    if (parent instanceof ObjectNode object) {
      object.set(place.last().getMatchingProperty(), value);
    } else {
      ((ArrayNode) parent).set(place.last().getMatchingIndex(), value);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[]", "{\"kind\": \"batchnorm\"} {}", "{\"kind\": 1, \"kind\": 2}"})
  void read_brokenJson_saysSo(String json) throws IOException {
    CaseCopy copy = CaseCopy.of(BATCH_NORM, directory);
    Files.writeString(copy.file("case.json"), json);

    assertThatThrownBy(() -> GoldenCase.read(copy.folder()))
        .isInstanceOf(CaseException.class)
        .hasMessageStartingWith(copy.file("case.json") + ": ")
        .hasMessageContaining("expected");
  }

  @Test
  void read_arrayOfIntegers_isRefused() throws IOException {
    CaseCopy copy = CaseCopy.of(BATCH_NORM, directory);
    Path file = copy.file("s0_dgamma.npy");
    String content = Files.readString(file, StandardCharsets.ISO_8859_1);
    Files.writeString(file, content.replace("<f8", "<i8"), StandardCharsets.ISO_8859_1);

    assertThatThrownBy(() -> GoldenCase.read(copy.folder()))
        .isInstanceOf(CaseException.class)
        .hasMessageContaining("s0_dgamma.npy: expected elements of type <f4 or <f8, found <i8");
  }

  @ParameterizedTest
  @CsvSource({
    "bn_nc_basic, s0_y, y",
    "bn_nc_basic, s1_dx, dx",
    "bn_nc_basic, s0_mean, mean",
    "bn_nc_basic, s0_var, var",
    "bn_nc_basic, s0_dgamma, dgamma",
    "bn_nc_basic, s0_dbeta, dbeta",
    "bn_nc_basic, s1_running_mean, running_mean",
    "bn_nc_basic, s1_running_var, running_var",
    "bn_nc_basic, eval_y, eval_y",
    "bn_nc_basic, eval_dx, eval_dx",
    "bn_nc_basic, eval_dgamma, eval_dgamma",
    "bn_nc_basic, eval_dbeta, eval_dbeta",
    "gn_nc_groups3, s0_y, y",
    "gn_nc_groups3, s0_dx, dx",
    "gn_nc_groups3, s0_mean, mean",
    "gn_nc_groups3, s0_var, var",
    "gn_nc_groups3, s0_dgamma, dgamma",
    "gn_nc_groups3, s0_dbeta, dbeta",
  })
  void judge_oneValueOffByTenTolerances_failsWithThatQuantity(
      String name, String file, String quantity) throws IOException {
    CaseCopy copy = CaseCopy.of(name, directory);
    double tolerance =
        CaseFile.read(copy.folder()).part("tolerance").part("float32").number(quantity);

    Verdict verdict =
        Cases.run(copy.add(file + ".npy", 10 * tolerance).folder(), Precision.FLOAT32);

    assertThat(verdict.passed()).isFalse();
    assertThat(verdict.worst().quantity()).isEqualTo(quantity);
    assertThat(verdict.tolerance()).isEqualTo(tolerance);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void judge_valueThatIsNotFinite_fails(double value) throws IOException {
    CaseCopy copy = CaseCopy.of(BATCH_NORM, directory).add("s0_y.npy", value);

    Verdict verdict = Cases.run(copy.folder(), Precision.FLOAT64);

    assertThat(verdict.passed()).isFalse();
    assertThat(verdict.worst().error()).isInfinite();
  }

  @Test
  void judge_anotherNumberOfBatchesTracked_fails() throws IOException {
    CaseCopy copy =
        CaseCopy.of(BATCH_NORM, directory).edit(json -> step(json).put("num_batches_tracked", 2));

    Verdict verdict = Cases.run(copy.folder(), Precision.FLOAT64);

    assertThat(verdict.passed()).isFalse();
    assertThat(verdict.worst().quantity()).isEqualTo("num_batches_tracked");
  }

  @Test
  void judge_beyondTheStrictToleranceOnly_passesAndIsNotStrict() throws IOException {
    CaseCopy copy =
        CaseCopy.of(BATCH_NORM, directory)
            .edit(json -> bounds(json, "float32_strict").put("mean", 1e-30));

    Verdict verdict = Cases.run(copy.folder(), Precision.FLOAT32);

    assertThat(verdict.passed()).isTrue();
    assertThat(verdict.strict()).isFalse();
  }

  @Test
  void run_anotherNumberOfRanks_isRefused() {
    GoldenCase golden = GoldenCase.read(Cases.DIRECTORY.resolve(BATCH_NORM));

    assertThatThrownBy(() -> golden.run(InProcessGroup.solo(), Precision.FLOAT32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected 4 ranks");
  }
}
