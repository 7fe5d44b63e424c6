package org.lockstep.nn.norm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * The passes with vectors, straight from and to off-heap memory. Channels repeat after C values and
 * vectors after L lanes, so both do after the least common multiple P of the two, the length of a
 * tile. Values P apart meet the same constants: an inner loop holds one vector of each constant in
 * registers, or of each accumulator, and walks in strides of P. The inner loops of a tile go over
 * the same chunk, which stays in the first-level cache meanwhile. What is left of less than a tile
 * is done by {@link HeapPasses}.
 *
 * <p>A channel's sums are chains over its rows, so they do not depend on where a tile begins.
 */
final class VectorPasses implements FloatPasses {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  /**
   * A constant, since the JIT does not always reach into a broadcast, which then leaves garbage.
   */
  private static final IntVector ONE = IntVector.broadcast(INTS, 1);

  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /**
   * Values in a chunk unless one tile is longer. Three such chunks fit a cache of 32 KB, but what
   * decides is that memory is read in pieces small enough for the processor to see them coming: 64
   * channels of 8 MB are normalized at 29 GB/s with 2048, at 11 GB/s with 8192.
   */
  private static final int CHUNK = 1024;

  private static final int BLOCK = 1 << 16;

  private final Tiles tiles;
  private final FloatConstants constants;
  private final HeapPasses rest;
  private final int chunk;

  VectorPasses(int channels) {
    tiles = Tiles.ofVectors(channels, LANES);
    constants = new FloatConstants(tiles);
    rest = new HeapPasses(tiles, constants);
    chunk = tiles.length() * Math.max(1, CHUNK / tiles.length());
  }

  @Override
  public Tiles tiles() {
    return tiles;
  }

  @Override
  public FloatConstants constants() {
    return constants;
  }

  @Override
  public int block() {
    return chunk * Math.max(1, BLOCK / chunk);
  }

  /** Where the last whole tile ends. */
  private int whole(int from, int end) {
    return end - (end - from) % tiles.length();
  }

  /** How often an inner loop goes round; loops that count by one are those that the JIT unrolls. */
  private static int count(int from, int end, int stride) {
    return (end - from + stride - 1) / stride;
  }

  private int chunkEnd(int start, int whole) {
    return Math.min(whole, start + chunk);
  }

  private static FloatVector load(ByteBuffer memory, int index) {
    return FloatVector.fromByteBuffer(SPECIES, memory, index * Float.BYTES, ORDER);
  }

  private static void store(FloatVector vector, ByteBuffer memory, int index) {
    vector.intoByteBuffer(memory, index * Float.BYTES, ORDER);
  }

  private static FloatVector load(float[] tile, int index) {
    return FloatVector.fromArray(SPECIES, tile, index);
  }

  private static void add(FloatVector vector, float[] accumulators, int index) {
    load(accumulators, index).add(vector).intoArray(accumulators, index);
  }

  /**
   * dy where y is positive, by the bits of y as an integer n, which are above 0 exactly there: a
   * mask of vectors takes twice as long.
   */
  private static FloatVector gate(FloatVector y, FloatVector dy) {
    IntVector n = y.reinterpretAsInts();
    IntVector closed = n.or(n.sub(ONE)).lanewise(VectorOperators.LSHR, Integer.SIZE - 1);
    return dy.reinterpretAsInts().and(closed.sub(ONE)).reinterpretAsFloats();
  }

  @Override
  public void deviations(
      FloatMemory x, int from, int end, float[] pivot, float[] sums, float[] squares) {
    int whole = whole(from, end);
    for (int start = from; start < whole; start += chunk) {
      int stop = chunkEnd(start, whole);
      for (int lane = 0; lane < tiles.length(); lane += LANES) {
        deviations(x.bytes(), start + lane, stop, tiles.length(), lane, pivot, sums, squares);
      }
    }
    rest.deviations(x, whole, end, pivot, sums, squares);
  }

  /** In two pairs of accumulators, since an addition takes longer than a load. */
  private static void deviations(
      ByteBuffer x,
      int from,
      int end,
      int stride,
      int lane,
      float[] pivot,
      float[] sums,
      float[] squares) {
    FloatVector p = load(pivot, lane);
    FloatVector sum = FloatVector.zero(SPECIES);
    FloatVector square = sum;
    FloatVector otherSum = sum;
    FloatVector otherSquare = sum;
    int pairs = count(from, end, stride) / 2;
    int i = from;
    for (int k = 0; k < pairs; k++, i += 2 * stride) {
      FloatVector d = load(x, i).sub(p);
      FloatVector e = load(x, i + stride).sub(p);
      sum = sum.add(d);
      square = square.add(d.mul(d));
      otherSum = otherSum.add(e);
      otherSquare = otherSquare.add(e.mul(e));
    }
    if (i < end) {
      FloatVector d = load(x, i).sub(p);
      sum = sum.add(d);
      square = square.add(d.mul(d));
    }
    add(sum.add(otherSum), sums, lane);
    add(square.add(otherSquare), squares, lane);
  }

  @Override
  public void normalize(
      FloatMemory x, @Nullable FloatMemory addend, FloatMemory y, int from, int end, boolean relu) {
    int whole = whole(from, end);
    int stride = tiles.length();
    for (int start = from; start < whole; start += chunk) {
      int stop = chunkEnd(start, whole);
      for (int lane = 0; lane < stride; lane += LANES) {
        int at = start + lane;
        if (addend != null && relu) {
          addAndRectify(x.bytes(), addend.bytes(), y.bytes(), at, stop, stride, lane);
        } else if (addend != null) {
          add(x.bytes(), addend.bytes(), y.bytes(), at, stop, stride, lane);
        } else if (relu) {
          normalizeAndRectify(x.bytes(), y.bytes(), at, stop, stride, lane);
        } else {
          normalize(x.bytes(), y.bytes(), at, stop, stride, lane);
        }
      }
    }
    rest.normalize(x, addend, y, whole, end, relu);
  }

  private void normalize(ByteBuffer x, ByteBuffer y, int from, int end, int stride, int lane) {
    FloatVector center = load(constants.center, lane);
    FloatVector scale = load(constants.scale, lane);
    FloatVector shift = load(constants.shift, lane);
    int count = count(from, end, stride);
    for (int k = 0, i = from; k < count; k++, i += stride) {
      store(load(x, i).sub(center).mul(scale).add(shift), y, i);
    }
  }

  private void normalizeAndRectify(
      ByteBuffer x, ByteBuffer y, int from, int end, int stride, int lane) {
    FloatVector center = load(constants.center, lane);
    FloatVector scale = load(constants.scale, lane);
    FloatVector shift = load(constants.shift, lane);
    int count = count(from, end, stride);
    for (int k = 0, i = from; k < count; k++, i += stride) {
      store(load(x, i).sub(center).mul(scale).add(shift).max(0f), y, i);
    }
  }

  private void add(
      ByteBuffer x, ByteBuffer addend, ByteBuffer y, int from, int end, int stride, int lane) {
    FloatVector center = load(constants.center, lane);
    FloatVector scale = load(constants.scale, lane);
    FloatVector shift = load(constants.shift, lane);
    int count = count(from, end, stride);
    for (int k = 0, i = from; k < count; k++, i += stride) {
      store(load(x, i).sub(center).mul(scale).add(shift).add(load(addend, i)), y, i);
    }
  }

  private void addAndRectify(
      ByteBuffer x, ByteBuffer addend, ByteBuffer y, int from, int end, int stride, int lane) {
    FloatVector center = load(constants.center, lane);
    FloatVector scale = load(constants.scale, lane);
    FloatVector shift = load(constants.shift, lane);
    int count = count(from, end, stride);
    for (int k = 0, i = from; k < count; k++, i += stride) {
      store(load(x, i).sub(center).mul(scale).add(shift).add(load(addend, i)).max(0f), y, i);
    }
  }

  @Override
  public void gate(FloatMemory y, FloatMemory dy, FloatMemory dz, int from, int end) {
    int whole = whole(from, end);
    gate(y.bytes(), dy.bytes(), dz.bytes(), from, whole);
    rest.gate(y, dy, dz, whole, end);
  }

  private static void gate(ByteBuffer y, ByteBuffer dy, ByteBuffer dz, int from, int end) {
    for (int i = from; i < end; i += LANES) {
      store(gate(load(y, i), load(dy, i)), dz, i);
    }
  }

  @Override
  public void gradientSums(
      FloatMemory x,
      FloatMemory dy,
      int from,
      int end,
      boolean gated,
      float[] sums,
      float[] products) {
    int whole = whole(from, end);
    int stride = tiles.length();
    for (int start = from; start < whole; start += chunk) {
      int stop = chunkEnd(start, whole);
      for (int lane = 0; lane < stride; lane += LANES) {
        int at = start + lane;
        if (gated) {
          gatedSums(x.bytes(), dy.bytes(), at, stop, stride, lane, sums, products);
        } else {
          sums(x.bytes(), dy.bytes(), at, stop, stride, lane, sums, products);
        }
      }
    }
    rest.gradientSums(x, dy, whole, end, gated, sums, products);
  }

  private void sums(
      ByteBuffer x,
      ByteBuffer dy,
      int from,
      int end,
      int stride,
      int lane,
      float[] sums,
      float[] products) {
    FloatVector center = load(constants.center, lane);
    FloatVector invStd = load(constants.invStd, lane);
    FloatVector sum = FloatVector.zero(SPECIES);
    FloatVector product = sum;
    int count = count(from, end, stride);
    for (int k = 0, i = from; k < count; k++, i += stride) {
      FloatVector dz = load(dy, i);
      sum = sum.add(dz);
      product = product.add(dz.mul(load(x, i).sub(center).mul(invStd)));
    }
    add(sum, sums, lane);
    add(product, products, lane);
  }

  private void gatedSums(
      ByteBuffer x,
      ByteBuffer dy,
      int from,
      int end,
      int stride,
      int lane,
      float[] sums,
      float[] products) {
    FloatVector center = load(constants.center, lane);
    FloatVector invStd = load(constants.invStd, lane);
    FloatVector scale = load(constants.scale, lane);
    FloatVector shift = load(constants.shift, lane);
    FloatVector sum = FloatVector.zero(SPECIES);
    FloatVector product = sum;
    int count = count(from, end, stride);
    for (int k = 0, i = from; k < count; k++, i += stride) {
      FloatVector deviation = load(x, i).sub(center);
      FloatVector dz = gate(deviation.mul(scale).add(shift), load(dy, i));
      sum = sum.add(dz);
      product = product.add(dz.mul(deviation.mul(invStd)));
    }
    add(sum, sums, lane);
    add(product, products, lane);
  }

  @Override
  public void inputGradient(
      FloatMemory x, FloatMemory dy, FloatMemory dx, int from, int end, boolean gated) {
    int whole = whole(from, end);
    int stride = tiles.length();
    for (int start = from; start < whole; start += chunk) {
      int stop = chunkEnd(start, whole);
      for (int lane = 0; lane < stride; lane += LANES) {
        int at = start + lane;
        if (gated) {
          gatedInputGradient(x.bytes(), dy.bytes(), dx.bytes(), at, stop, stride, lane);
        } else {
          inputGradient(x.bytes(), dy.bytes(), dx.bytes(), at, stop, stride, lane);
        }
      }
    }
    rest.inputGradient(x, dy, dx, whole, end, gated);
  }

  private void inputGradient(
      ByteBuffer x, ByteBuffer dy, ByteBuffer dx, int from, int end, int stride, int lane) {
    FloatVector center = load(constants.center, lane);
    FloatVector invStd = load(constants.invStd, lane);
    FloatVector scale = load(constants.scale, lane);
    FloatVector constant = load(constants.constant, lane);
    FloatVector slope = load(constants.slope, lane);
    int count = count(from, end, stride);
    for (int k = 0, i = from; k < count; k++, i += stride) {
      FloatVector xhat = load(x, i).sub(center).mul(invStd);
      store(load(dy, i).mul(scale).sub(constant).sub(xhat.mul(slope)), dx, i);
    }
  }

  private void gatedInputGradient(
      ByteBuffer x, ByteBuffer dy, ByteBuffer dx, int from, int end, int stride, int lane) {
    FloatVector center = load(constants.center, lane);
    FloatVector invStd = load(constants.invStd, lane);
    FloatVector scale = load(constants.scale, lane);
    FloatVector shift = load(constants.shift, lane);
    FloatVector constant = load(constants.constant, lane);
    FloatVector slope = load(constants.slope, lane);
    int count = count(from, end, stride);
    for (int k = 0, i = from; k < count; k++, i += stride) {
      FloatVector deviation = load(x, i).sub(center);
      FloatVector dz = gate(deviation.mul(scale).add(shift), load(dy, i));
      FloatVector xhat = deviation.mul(invStd);
      store(dz.mul(scale).sub(constant).sub(xhat.mul(slope)), dx, i);
    }
  }
}
