package org.lockstep.data;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;
import org.lockstep.nn.Shape;

/**
 * One PNG or JPEG file. Its values are taken as they are stored: 16 bits lose the lower 8, colours
 * are not managed, transparency is ignored.
 *
 * @param height rows, as its header says
 * @param width columns, as its header says
 * @param grey whether all its pixels are grey by their type or palette
 */
record ImageFile(Path path, int height, int width, boolean grey) {
  private static final Set<String> FORMATS = Set.of("png", "jpeg");

  /** Above it a small file could fill the memory. */
  private static final long MAX_PIXELS = 1 << 24;

  private static final int RGB = 3;

  /**
   * Reads the header.
   *
   * @throws DataException if there is no PNG or JPEG in the file, or it is too large
   */
  static ImageFile open(Path path) {
    return read(path, reader -> header(path, reader));
  }

  private static ImageFile header(Path path, ImageReader reader) throws IOException {
    int height = reader.getHeight(0);
    int width = reader.getWidth(0);
    if ((long) height * width > MAX_PIXELS) {
      throw new DataException(
          "%s: expected at most %d pixels, found %dx%d; scale it down"
              .formatted(path, MAX_PIXELS, height, width));
    }
    ImageTypeSpecifier type = reader.getImageTypes(0).next();
    return new ImageFile(path, height, width, grey(type.getColorModel()));
  }

  private static boolean grey(ColorModel colors) {
    if (colors instanceof IndexColorModel palette) {
      return IntStream.range(0, palette.getMapSize())
          .allMatch(
              i ->
                  palette.getRed(i) == palette.getGreen(i)
                      && palette.getRed(i) == palette.getBlue(i));
    }
    return colors.getNumColorComponents() == 1;
  }

  /**
   * Decodes the file.
   *
   * @param channels 1 for a grey image; 3, where a grey one has the same three times
   * @return {@code [height, width, channels]}
   * @throws DataException if it is damaged
   */
  byte[] pixels(int channels) {
    return read(path, reader -> decode(reader, channels));
  }

  private byte[] decode(ImageReader reader, int channels) throws IOException {
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    BufferedImage image = reader.read(0);
    // What libjpeg says of a file that is cut off, before it fills the rest with grey.
    if (warnings.stream().anyMatch(warning -> warning.contains("remature end"))) {
      throw new IOException(String.join(", ", warnings));
    }
    byte[] pixels = new byte[new Shape(height, width, channels).size()];
    for (int y = 0; y < height; y++) {
      row(image, y, pixels, channels);
    }
    return pixels;
  }

  private void row(BufferedImage image, int y, byte[] pixels, int channels) {
    Raster raster = image.getRaster();
    ColorModel colors = image.getColorModel();
    int bands = raster.getNumBands();
    int[] samples = raster.getPixels(0, y, width, 1, (int[]) null);
    for (int x = 0; x < width; x++) {
      for (int c = 0; c < channels; c++) {
        int value;
        if (colors instanceof IndexColorModel palette) {
          value = palette.getRGB(samples[x]) >>> (Byte.SIZE * (RGB - 1 - c));
        } else {
          int band = grey ? 0 : c;
          int surplus = colors.getComponentSize(band) - Byte.SIZE;
          value = samples[x * bands + band] >>> surplus;
        }
        pixels[(y * width + x) * channels + c] = (byte) value;
      }
    }
  }

  private interface Reading<T> {
    T from(ImageReader reader) throws IOException;
  }

  private static <T> T read(Path path, Reading<T> reading) {
    try (ImageInputStream in = new FileImageInputStream(path.toFile())) {
      ImageReader reader = reader(in);
      if (reader == null) {
        throw new DataException(
            path + ": expected a PNG or JPEG image, found something else; convert or remove it");
      }
      try {
        reader.setInput(in);
        return reading.from(reader);
      } finally {
        reader.dispose();
      }
    } catch (DataException e) {
      throw e;
    } catch (IOException
        | RuntimeException e) { // The decoders fail with either on what is damaged.
      throw new DataException(
          "%s: cannot be read as an image in grey or RGB (%s); save it again or remove it"
              .formatted(path, e.getMessage() == null ? e : e.getMessage()),
          e);
    }
  }

  private static @Nullable ImageReader reader(ImageInputStream in) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
        return reader;
      }
      reader.dispose();
    }
    return null;
  }
}
