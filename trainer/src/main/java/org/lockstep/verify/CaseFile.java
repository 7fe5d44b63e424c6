package org.lockstep.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A JSON object in a case's folder, and the arrays it names. Whatever is not as asked for is a
 * {@link CaseException} that says where.
 */
final class CaseFile {
  static final String NAME = "case.json";

  /** Characters of what was found that an error shows. */
  private static final int MAX_SHOWN = 60;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final Path folder;
  private final String where;
  private final JsonNode node;

  private CaseFile(Path folder, String where, JsonNode node) {
    this.folder = folder;
    this.where = where;
    this.node = node;
    if (!node.isObject()) {
      throw error(where, "an object", node);
    }
  }

  /** The {@code case.json} of a folder. */
  static CaseFile read(Path folder) {
    Path file = folder.resolve(NAME);
    return new CaseFile(folder, file + ":", parse(file));
  }

  /** Any JSON file. */
  static JsonNode parse(Path file) {
    try {
      return JSON.readTree(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new CaseException(file + ": expected a JSON file, found none", e);
    } catch (JsonProcessingException e) {
      String problem = e.getOriginalMessage().lines().findFirst().orElse("");
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new CaseException(
          file + ": expected JSON, found an error in line " + line + ": " + problem, e);
    } catch (IOException e) {
      throw new CaseException(file + ": cannot be read: " + e, e);
    }
  }

  boolean has(String key) {
    return node.has(key);
  }

  boolean isNull(String key) {
    return get(key).isNull();
  }

  /** The keys, in the file's order. */
  List<String> keys() {
    List<String> keys = new ArrayList<>();
    node.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  CaseFile part(String key) {
    return new CaseFile(folder, at(key), get(key));
  }

  /** The objects of a list that is not empty. */
  List<CaseFile> parts(String key) {
    JsonNode list = get(key);
    if (!list.isArray() || list.isEmpty()) {
      throw unexpected(key, "a list of at least one object");
    }
    List<CaseFile> parts = new ArrayList<>();
    list.forEach(part -> parts.add(new CaseFile(folder, at(key) + "[" + parts.size() + "]", part)));
    return parts;
  }

  String text(String key) {
    JsonNode value = get(key);
    if (!value.isTextual()) {
      throw unexpected(key, "a text");
    }
    return value.textValue();
  }

  double number(String key) {
    JsonNode value = get(key);
    if (!value.isNumber()) {
      throw unexpected(key, "a number");
    }
    return value.doubleValue();
  }

  boolean flag(String key) {
    JsonNode value = get(key);
    if (!value.isBoolean()) {
      throw unexpected(key, "true or false");
    }
    return value.booleanValue();
  }

  /** A whole number from {@code least} on. */
  int count(String key, int least) {
    return count(at(key), get(key), least);
  }

  /** A list of whole numbers from {@code least} on. */
  int[] counts(String key, int least) {
    JsonNode list = get(key);
    if (!list.isArray()) {
      throw unexpected(key, "a list of whole numbers");
    }
    int[] counts = new int[list.size()];
    Arrays.setAll(counts, i -> count(at(key) + "[" + i + "]", list.get(i), least));
    return counts;
  }

  private static int count(String where, JsonNode value, int least) {
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < least) {
      throw error(where, "a whole number of at least " + least, value);
    }
    return value.intValue();
  }

  /** The floating-point array of a file that is named here, whose shape must be the one given. */
  NpyArray reals(String key, long... shape) {
    NpyArray array = reals(key);
    requireShape(key, array, shape);
    return array;
  }

  /** The floating-point array of a file that is named here, whatever its shape. */
  NpyArray reals(String key) {
    NpyArray array = NpyFile.read(file(key));
    if (array.type().equals("<i8")) {
      throw misfit(key, "elements of type <f4 or <f8", array.type());
    }
    return array;
  }

  /** The whole numbers of a file that is named here, {@code count} of them, 0 to below a bound. */
  int[] indices(String key, int count, long bound) {
    NpyArray array = NpyFile.read(file(key));
    if (!array.type().equals("<i8")) {
      throw misfit(key, "elements of type <i8", array.type());
    }
    requireShape(key, array, count);
    for (double value : array.values()) {
      if (!(value >= 0 && value < bound)) {
        throw misfit(key, "numbers from 0 to " + (bound - 1), (long) value);
      }
    }
    return Arrays.stream(array.values()).mapToInt(value -> (int) value).toArray();
  }

  private Path file(String key) {
    try {
      return folder.resolve(text(key));
    } catch (InvalidPathException e) {
      throw unexpected(key, "the name of a file");
    }
  }

  private void requireShape(String key, NpyArray array, long... shape) {
    if (!Arrays.equals(array.shape(), shape)) {
      throw misfit(
          key,
          "the shape " + Arrays.toString(shape),
          "the shape " + Arrays.toString(array.shape()));
    }
  }

  /** An error about the file that is named under {@code key}. */
  CaseException misfit(String key, String expected, Object found) {
    return new CaseException(file(key) + ": expected " + expected + ", found " + found);
  }

  /** An error about what stands under {@code key}. */
  CaseException unexpected(String key, String expected) {
    return unexpected(key, expected, get(key));
  }

  /** An error about what was made of what stands under {@code key}. */
  CaseException unexpected(String key, String expected, Object found) {
    return error(at(key), expected, found);
  }

  /** An error about a part of a JSON file, which is shown as far as it is short. */
  static CaseException error(String where, String expected, Object found) {
    String text = found.toString();
    String shown = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
    return new CaseException(where + " expected " + expected + ", found " + shown);
  }

  private JsonNode get(String key) {
    JsonNode value = node.get(key);
    if (value == null) {
      throw new CaseException(where + " expected a field '" + key + "', found none");
    }
    return value;
  }

  private String at(String key) {
    return where + (where.endsWith(":") ? " " : ".") + key;
  }
}
