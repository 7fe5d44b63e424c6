package org.lockstep.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.CharConversionException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.lockstep.train.RunState;

/**
 * The file that makes a directory a checkpoint.
 *
 * @param formatVersion {@link #FORMAT_VERSION}
 * @param run which run it is and how far it went
 * @param files what each tensor file must hold
 */
record Manifest(int formatVersion, RunState run, Map<String, FileDigest> files) {
  Manifest {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(files, "files");
  }

  static final int FORMAT_VERSION = 2;
  static final String FILE = "manifest.json";

  /** The field behind the others that holds the SHA-256 of the JSON without it. */
  private static final String SELF = "sha256";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
          .enable(DeserializationFeature.READ_ENUMS_USING_TO_STRING)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  byte[] toJson() throws IOException {
    ObjectNode tree = JSON.valueToTree(this);
    tree.put(SELF, FileDigest.of(JSON.writeValueAsBytes(tree)).sha256());
    return JSON.writeValueAsBytes(tree);
  }

  static Manifest read(CheckpointStore store, String name) throws IOException {
    String file = store.place(name) + "/" + FILE;
    byte[] content = store.read(name, FILE);
    try {
      JsonNode tree = JSON.readTree(content);
      int version = tree.path("formatVersion").asInt();
      if (version != FORMAT_VERSION) {
        throw new CheckpointException(
            file + ": expected format version " + FORMAT_VERSION + ", found " + version);
      }
      if (!Arrays.equals(content, JSON.writeValueAsBytes(tree))) { // No digest sees a blank.
        throw new CheckpointException(
            file + " is damaged: expected fields and blanks as they are written, found others");
      }
      checkSelf((ObjectNode) tree, file);
      return JSON.treeToValue(tree, Manifest.class);
    } catch (JsonProcessingException e) {
      throw new CheckpointException(file + " is damaged: " + e.getOriginalMessage(), e);
    } catch (CharConversionException e) {
      throw new CheckpointException(file + " is damaged: " + e.getMessage(), e);
    }
  }

  private static void checkSelf(ObjectNode tree, String file) throws IOException {
    JsonNode expected = tree.path(SELF);
    tree.remove(SELF);
    String found = FileDigest.of(JSON.writeValueAsBytes(tree)).sha256();
    if (!found.equals(expected.asText())) {
      throw new CheckpointException(
          file
              + " is damaged: expected SHA-256 "
              + expected
              + " of its other fields, found "
              + found);
    }
  }
}
