package org.lockstep.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.lockstep.comm.Collective;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.OpTag;
import org.lockstep.comm.Phase;
import org.lockstep.models.Network;
import org.lockstep.nn.HostMemory;

/** A fingerprint of a network's parameters and buffers, to hold the ranks to the same bits. */
public final class StateDigest {
  private final byte[] sha256;

  /** Of what {@code network} holds now, float32. */
  public StateDigest(Network network) {
    MessageDigest digest = sha256();
    network
        .parameters()
        .forEach(
            parameter -> {
              FloatBuffer values = HostMemory.floats(parameter.value());
              float[] heap = new float[values.remaining()];
              values.get(0, heap);
              ByteBuffer bytes = littleEndian(heap.length * Float.BYTES);
              bytes.asFloatBuffer().put(heap);
              update(digest, parameter.name(), bytes);
            });
    network
        .buffers()
        .forEach(
            (name, values) -> {
              ByteBuffer bytes = littleEndian(values.length * Double.BYTES);
              bytes.asDoubleBuffer().put(values);
              update(digest, name, bytes);
            });
    sha256 = digest.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void update(MessageDigest digest, String name, ByteBuffer values) {
    digest.update(name.getBytes(StandardCharsets.UTF_8));
    digest.update(values);
  }

  /** SHA-256, hexadecimal. */
  public String hex() {
    return HexFormat.of().formatHex(sha256);
  }

  /**
   * Compares the digests of all ranks.
   *
   * @return the digest, hexadecimal
   * @throws IllegalStateException if a rank holds other bits than rank 0
   */
  @Collective
  String agreed(Communicator world, long step) {
    double[] mine = new double[sha256.length];
    for (int i = 0; i < mine.length; i++) {
      mine[i] = sha256[i];
    }
    double[] all = new double[mine.length * world.worldSize()];
    world.allGather(mine, all, new OpTag(step, "state digest", Phase.CONTROL));
    for (int i = 0; i < all.length; i++) {
      if (all[i] != all[i % mine.length]) {
        throw new IllegalStateException(
            "after step "
                + step
                + " rank "
                + i / mine.length
                + " of "
                + world.worldSize()
                + " holds other parameters or running statistics than rank 0");
      }
    }
    return hex();
  }
}
