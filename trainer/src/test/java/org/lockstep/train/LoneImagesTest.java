package org.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lockstep.comm.Communicator;
import org.lockstep.comm.InProcessGroup;
import org.lockstep.data.Augmentation;
import org.lockstep.data.Dataset;
import org.lockstep.data.Datasets;
import org.lockstep.data.ImageFeed;
import org.lockstep.data.MiniBatch;
import org.lockstep.data.ShardedSampler;
import org.lockstep.data.Shards;
import org.lockstep.data.TrainingFeed;
import org.lockstep.models.Models;
import org.lockstep.models.Network;
import org.lockstep.nn.Precision;
import org.lockstep.nn.norm.NormSpec;
import org.lockstep.optim.Sgd;

@Timeout(60)
class LoneImagesTest {
  @ParameterizedTest
  @CsvSource({
    // 9 images on 2 ranks of 2: two steps of 4, and one image is left for rank 1
    "small-dense, local, shuffled, 9, 2, 2, step 3, rank 1 of 2 would, norm3",
    "small-dense, sync, shuffled, 9, 2, 2, step 3, ranks 0 to 1 of 2 together would, norm3",
    // 17 on 4 ranks of 2: two steps of 8, and one for rank 3
    "small-dense, sync:2, shuffled, 17, 4, 2, step 3, ranks 2 to 3 of 4 together would, norm3",
    // shards of 1 and 2
    "small-dense, local, uneven, 3, 2, 2, step 1, rank 0 of 2 would, norm3",
    // 8x8 images are 1x1 behind the third stride of 2
    "small, local, by-label, 4, 2, 1, step 1, rank 0 of 2 would, norm4",
    // and so they are in the last stage's shortcuts and bodies of resnet18
    "resnet18, local, by-label, 4, 2, 1, step 1, rank 0 of 2 would, blocks.6.norm1"
  })
  void check_oneImageForAVectorNorm_namesStepRanksAndLayer(
      String model,
      String norm,
      String shards,
      int images,
      int workers,
      int batch,
      String step,
      String ranks,
      String layer) {
    assertThatThrownBy(() -> check(model, norm, shards, images, workers, batch))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("norm " + norm + " with model " + model + ": in " + step + " of")
        .hasMessageContaining(ranks)
        .hasMessageContaining("and so " + layer + " one value per channel");
  }

  /** A run that goes on with fewer workers finds out at its start, too. */
  @Test
  void trainer_oneImageForAVectorNorm_isRefusedAtItsStart() {
    Dataset dataset = Datasets.load("digits", null, 9);
    TrainConfig config = config("small-dense", "sync", "shuffled", 2);
    assertThatThrownBy(
            () -> InProcessGroup.run(2, world -> new Trainer(config, dataset, world).close()))
        .hasMessageContaining("in step 3 of an epoch ranks 0 to 1 of 2 together would");
  }

  @ParameterizedTest
  @CsvSource({
    "small-dense, local, shuffled, 8, 2, 2", // every rank takes two
    "small-dense, sync, shuffled, 10, 2, 2", // one image a rank at the end, two in all
    "small-dense, sync:2, uneven, 40, 4, 2",
    "small-dense, group:8, shuffled, 9, 2, 1",
    "small-dense, none, shuffled, 9, 2, 1",
    "resnet8, local, shuffled, 9, 2, 1" // its norms see images of 2x2 and more
  })
  void check_enoughImagesOrSpace_passes(
      String model, String norm, String shards, int images, int workers, int batch) {
    assertThatCode(() -> check(model, norm, shards, images, workers, batch))
        .doesNotThrowAnyException();
  }

  /** What is refused would fail in the middle, and what is let through does not. */
  @ParameterizedTest
  @CsvSource({"local, 9", "local, 8", "sync, 9", "sync, 10"})
  void check_ofARun_foretellsWhatItDoes(String norm, int images) {
    Dataset dataset = Datasets.load("digits", null, images);
    TrainConfig config = config("small-dense", norm, "shuffled", 2);
    boolean refused = refuses(() -> check("small-dense", norm, "shuffled", images, 2, 2));
    boolean fails = refuses(() -> InProcessGroup.run(2, world -> train(config, dataset, world)));
    assertThat(refused).isEqualTo(fails);
  }

  /** An epoch without the trainer, which would check. */
  private static void train(TrainConfig config, Dataset dataset, Communicator world) {
    NormSpec norm = NormSpec.parse(config.norm());
    try (Network network =
            Models.build(config.model(), dataset.shape(), dataset.classes(), norm, world, 1);
        TrainingFeed feed =
            ImageFeed.of(
                dataset.train(),
                config.shards(),
                config.batchPerWorker(),
                world.rank(),
                world.worldSize(),
                1,
                Augmentation.NONE)) {
      Sgd sgd = new Sgd(network.parameters(), 0, 0, false);
      TrainingStep training = new TrainingStep(network, dataset.classes(), sgd, world);
      for (int step = 0; step < feed.stepsPerEpoch(); step++) {
        MiniBatch batch = feed.batch(0, step);
        training.step(batch.features(), batch.labels(), batch.size(), batch.globalSize(), 0.01);
      }
      training.close();
    }
  }

  private static boolean refuses(Runnable body) {
    try {
      body.run();
      return false;
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  private static void check(
      String model, String norm, String shards, int images, int workers, int batch) {
    Dataset dataset = Datasets.load("digits", null, images);
    TrainConfig config = config(model, norm, shards, batch);
    ShardedSampler sampler =
        new ShardedSampler(dataset.train(), config.shards(), batch, 0, workers, 1);
    LoneImages.check(config, dataset.shape(), dataset.classes(), sampler, workers);
  }

  private static TrainConfig config(String model, String norm, String shards, int batch) {
    return new TrainConfig(
        model,
        norm,
        "digits",
        null,
        0,
        Shards.parse(shards),
        batch,
        1,
        1,
        0.01,
        0,
        0,
        false,
        "constant",
        Statistics.EMA,
        0,
        Precision.FLOAT32,
        "none");
  }
}
