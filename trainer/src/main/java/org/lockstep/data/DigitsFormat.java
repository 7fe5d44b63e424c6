package org.lockstep.data;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.lockstep.nn.Shape;

/**
 * Reads the UCI digits: one image of 8 x 8 a line, 64 values 0 to 16 row by row and the label 0 to
 * 9, separated by commas. The sixth, twelfth, ... line tests ({@code index % 6 == 5} from 0), the
 * others train.
 */
final class DigitsFormat {
  private static final Shape SHAPE = new Shape(8, 8, 1);
  private static final int CLASSES = 10;
  private static final int HIGHEST_VALUE = 16;
  private static final int TEST_EVERY = 6;
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,2}");

  private DigitsFormat() {}

  static Dataset load(String name, DataFile file) {
    Part train = new Part();
    Part test = new Part();
    List<String> lines = new String(file.content(), StandardCharsets.US_ASCII).lines().toList();
    if (lines.size() < TEST_EVERY) {
      throw file.wrong(
          "expected at least %d lines, found %d; get it again".formatted(TEST_EVERY, lines.size()));
    }
    for (int i = 0; i < lines.size(); i++) {
      Part part = i % TEST_EVERY == TEST_EVERY - 1 ? test : train;
      part.add(file, i + 1, lines.get(i).split(",", -1));
    }
    return new Dataset(name, SHAPE, CLASSES, train.images(), test.images());
  }

  private static final class Part {
    private final ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    private final ByteArrayOutputStream labels = new ByteArrayOutputStream();

    void add(DataFile file, int line, String[] values) {
      if (values.length != SHAPE.size() + 1) {
        throw file.wrong(
            "expected %d values and a label in line %d, found %d entries; get it again"
                .formatted(SHAPE.size(), line, values.length));
      }
      for (int i = 0; i < SHAPE.size(); i++) {
        pixels.write(number(file, line, values[i], HIGHEST_VALUE));
      }
      labels.write(number(file, line, values[SHAPE.size()], CLASSES - 1));
    }

    Images images() {
      return new Images(SHAPE, pixels.toByteArray(), labels.toByteArray());
    }
  }

  private static int number(DataFile file, int line, String text, int highest) {
    int value = NUMBER.matcher(text).matches() ? Integer.parseInt(text) : -1;
    if (value < 0 || value > highest) {
      throw file.wrong(
          "expected a number 0 to %d in line %d, found '%s'; get it again"
              .formatted(highest, line, text));
    }
    return value;
  }
}
