package org.lockstep.examples.tutorial;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.lockstep.data.Dataset;
import org.lockstep.examples.report.Format;
import org.lockstep.examples.report.Machine;

/**
 * What an example trains on, and how long.
 *
 * @param data images
 * @param epochs passes over the training images
 * @param batch images a step
 * @param seed of weights and order
 * @param command repeats the example when typed in a shell
 * @param progress told in a line of every training that is done
 */
public record Study(
    Dataset data, int epochs, int batch, long seed, String command, Consumer<String> progress) {
  public Study {
    if (epochs < 1 || batch < 2) {
      throw new IllegalArgumentException(
          "expected at least 1 epoch and batches of 2 images or more, found %d and %d"
              .formatted(epochs, batch));
    }
  }

  String subtitle() {
    return "%s · %s training and %s test images · seed %d"
        .formatted(
            data.name(), Format.count(data.train().size()), Format.count(data.test().size()), seed);
  }

  Map<String, String> facts() {
    Machine machine = Machine.here();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Training", "%d epochs of batches of %d images, one rank".formatted(epochs, batch));
    facts.put("Seed", seed + "; another one moves the curves");
    facts.put("Processor", machine.processor());
    facts.put("JVM", machine.jvm());
    return facts;
  }
}
