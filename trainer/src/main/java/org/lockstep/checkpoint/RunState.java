package org.lockstep.checkpoint;

import java.util.Objects;
import org.lockstep.train.TrainConfig;

/**
 * Which run it is and how far it went; with the seed in its configuration this fixes the images
 * that come next.
 *
 * @param config what is run
 * @param workers the world size
 * @param epoch epochs done
 * @param step updates done since the start of the run
 */
public record RunState(TrainConfig config, int workers, int epoch, long step) {
  public RunState {
    Objects.requireNonNull(config, "config");
    if (workers < 1 || epoch < 0 || step < 0) {
      throw new IllegalArgumentException(
          "expected at least 1 worker and no negative epoch or step, found "
              + workers
              + " workers, epoch "
              + epoch
              + ", step "
              + step);
    }
  }

  @Override
  public String toString() {
    return "model " + config.model() + " with norm " + config.norm() + " after step " + step;
  }
}
