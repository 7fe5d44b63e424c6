package org.lockstep.examples.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text from the class path with places {@code {{name}}} to fill. */
public final class Template {
  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

  private Template() {}

  /** Fills every place; values are put in as they are. */
  static String fill(String template, Map<String, String> values) {
    return PLACE
        .matcher(template)
        .replaceAll(
            place -> {
              String value = values.get(place.group(1));
              if (value == null) {
                throw new IllegalStateException("nothing to put at " + place.group());
              }
              return Matcher.quoteReplacement(value);
            });
  }

  /** Escapes text for HTML's content and double-quoted attributes. */
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /**
   * Reads a resource.
   *
   * @param path as {@link Class#getResourceAsStream} takes it
   */
  public static String resource(String path) {
    try (InputStream stream = Template.class.getResourceAsStream(path)) {
      if (stream == null) {
        throw new IllegalStateException("no resource " + path + " on the class path");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the resource " + path, e);
    }
  }
}
