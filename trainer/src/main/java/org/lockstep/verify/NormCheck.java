package org.lockstep.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lockstep.comm.Communicator;
import org.lockstep.nn.Precision;
import org.lockstep.nn.norm.Layout;

/**
 * A norm layer, once with the channels first and once with them last: it must hold in both.
 *
 * @param setup the layer
 * @param steps in training, one after the other
 * @param batchesTracked how many batches the running statistics hold after each step; empty where
 *     there are none
 * @param evaluation after the last step; null where evaluation is as training
 */
record NormCheck(
    NormSetup setup,
    List<NormStep> steps,
    List<Integer> batchesTracked,
    @Nullable NormStep evaluation)
    implements Check {
  static final List<String> RUNNING = List.of("running_mean", "running_var");

  private static final List<String> GROUP_STATISTICS = List.of("mean", "var");
  private static final List<String> BATCH_STATISTICS =
      Stream.concat(GROUP_STATISTICS.stream(), RUNNING.stream()).toList();

  static NormCheck readBatchNorm(CaseFile file, int workers) {
    NormSetup setup = NormSetup.readBatchNorm(file);
    List<NormStep> steps = new ArrayList<>();
    List<Integer> tracked = new ArrayList<>();
    for (CaseFile part : file.parts("steps")) {
      steps.add(NormStep.read(part, workers, setup.sample(), BATCH_STATISTICS, 0));
      tracked.add(part.count("num_batches_tracked", 0));
    }
    NormStep evaluation = NormStep.read(file.part("eval"), workers, setup.sample(), List.of(), 0);
    return new NormCheck(setup, steps, tracked, evaluation);
  }

  static NormCheck readGroupNorm(CaseFile file, int workers) {
    NormSetup setup = NormSetup.readGroupNorm(file);
    List<NormStep> steps =
        file.parts("steps").stream()
            .map(
                part ->
                    NormStep.read(part, workers, setup.sample(), GROUP_STATISTICS, setup.groups()))
            .toList();
    return new NormCheck(setup, steps, List.of(), null);
  }

  @Override
  public List<String> quantities() {
    List<String> quantities = new ArrayList<>(steps.get(0).expected().keySet());
    if (evaluation != null) {
      evaluation.expected().keySet().forEach(name -> quantities.add(NormRun.EVALUATION + name));
    }
    return quantities;
  }

  @Override
  public void run(Communicator ranks, Precision precision, Comparison comparison) {
    for (Layout layout : Layout.values()) {
      try (NormRun run = new NormRun(setup, layout, precision, ranks, comparison)) {
        for (int i = 0; i < steps.size(); i++) {
          run.train(steps.get(i), i);
          if (!batchesTracked.isEmpty()) {
            run.commit(steps.get(i), batchesTracked.get(i));
          }
        }
        if (evaluation != null) {
          run.evaluate(evaluation);
        }
      }
    }
  }
}
