package org.lockstep.nn.norm;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A norm layer's {@link Activations}, one for every input shape it has seen. */
final class ShapeCache<B> implements AutoCloseable {
  private final String layer;
  private final int channels;
  private final Layout layout;
  private final ArrayMemory<B> arrays;
  private final List<Activations<B>> known = new ArrayList<>();

  ShapeCache(String layer, int channels, Layout layout, ArrayMemory<B> arrays) {
    this.layer = layer;
    this.channels = channels;
    this.layout = layout;
    this.arrays = arrays;
  }

  /**
   * The arrays for inputs like {@code x}.
   *
   * @throws IllegalArgumentException if {@code x} is no batch of this layer's channels
   */
  Activations<B> activations(INDArray x) {
    for (Activations<B> candidate : known) {
      if (candidate.fits(x)) {
        return candidate;
      }
    }
    layout.check(layer, x, channels);
    Activations<B> fresh = new Activations<>(x.shape(), channels, layout, arrays);
    known.add(fresh);
    return fresh;
  }

  @Override
  public void close() {
    known.forEach(Activations::close);
    known.clear();
  }
}
