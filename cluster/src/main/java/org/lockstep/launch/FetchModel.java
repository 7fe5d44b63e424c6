package org.lockstep.launch;

import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import org.lockstep.checkpoint.Checkpoint;
import org.lockstep.train.Trainer;

/**
 * Reports parameters and buffers as rank 0 has them: the bytes of a safetensors file, piece by
 * piece in base64.
 */
public record FetchModel() implements WorkerTask<String, Integer> {
  private static final int PIECE = 3 << 20;

  /** Returns the number of pieces that this rank has reported. */
  @Override
  public Integer run(RankContext rank, Events<String> events) throws IOException {
    if (rank.communicator().rank() > 0) {
      return 0;
    }
    byte[] model = Checkpoint.modelOf(rank.kept(Trainer.class).network());
    int pieces = 0;
    for (int from = 0; from < model.length; from += PIECE) {
      byte[] piece = Arrays.copyOfRange(model, from, Math.min(model.length, from + PIECE));
      events.report(Base64.getEncoder().encodeToString(piece));
      pieces++;
    }
    return pieces;
  }
}
