package org.lockstep.nn.norm;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A norm layer's {@link Activations}, one for every input shape it has seen. */
final class ShapeCache implements AutoCloseable {
  private final String layer;
  private final int channels;
  private final Layout layout;
  private final List<Activations> known = new ArrayList<>();

  ShapeCache(String layer, int channels, Layout layout) {
    this.layer = layer;
    this.channels = channels;
    this.layout = layout;
  }

  /**
   * The arrays for inputs like {@code x}.
   *
   * @throws IllegalArgumentException if {@code x} is no float32 batch of this layer's channels
   */
  Activations activations(INDArray x) {
    for (Activations candidate : known) {
      if (candidate.fits(x)) {
        return candidate;
      }
    }
    layout.check(layer, x, channels);
    Activations fresh = new Activations(x.shape(), channels, layout);
    known.add(fresh);
    return fresh;
  }

  @Override
  public void close() {
    known.forEach(Activations::close);
    known.clear();
  }
}
