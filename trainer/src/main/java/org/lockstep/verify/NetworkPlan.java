package org.lockstep.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.lockstep.comm.Collective;
import org.lockstep.comm.Communicator;
import org.lockstep.models.Model;
import org.lockstep.models.Models;
import org.lockstep.models.Network;
import org.lockstep.models.ResNet;
import org.lockstep.models.Shortcut;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.BatchNormConfig;
import org.lockstep.nn.norm.NormFactory;
import org.lockstep.nn.norm.NormSpec;

/**
 * Of which layers a network is, with batch norms of all ranks.
 *
 * @param model what it is made of
 * @param image shape of one sample
 * @param classes number of its outputs
 * @param norm its batch norms
 */
record NetworkPlan(Model model, Shape image, int classes, BatchNormConfig norm) {
  private static final String RESNET = "resnet";

  /** Reads a plan; the first step's files say what goes in and comes out. */
  static NetworkPlan read(CaseFile file) {
    CaseFile first = file.parts("steps").get(0);
    CaseFile bn = file.part("bn");
    return new NetworkPlan(
        model(file),
        image(first),
        (int) axes(first, "logits", "logits [N, classes]", 2)[1],
        BatchNormConfig.DEFAULT.withEps(NormSetup.eps(bn)).withMomentum(NormSetup.momentum(bn)));
  }

  private static Shape image(CaseFile step) {
    long[] x = axes(step, "x", "images [N, C, H, W]", 4);
    return new Shape((int) x[2], (int) x[3], (int) x[1]);
  }

  private static long[] axes(CaseFile part, String key, String expected, int count) {
    NpyArray array = part.reals(key);
    if (array.shape().length != count || NpyArray.elements(array.shape()) == 0) {
      throw part.misfit(key, expected, "the shape " + Arrays.toString(array.shape()));
    }
    return array.shape();
  }

  private static Model model(CaseFile file) {
    String name = file.text("model");
    if (name.startsWith(RESNET)) {
      return resNet(file.part("init"));
    }
    if (Models.NAMES.contains(name)) {
      return Models.find(name);
    }
    throw file.unexpected("model", "one of " + String.join(", ", Models.NAMES));
  }

  /** The residual network whose blocks have the widths of the parameters, whatever its name. */
  private static Model resNet(CaseFile init) {
    List<Integer> stages = new ArrayList<>();
    List<Integer> blocks = new ArrayList<>();
    for (int i = 0; init.has(firstConvolution(i)); i++) {
      int width = (int) axes(init, firstConvolution(i), "weights [out, in, height, width]", 4)[0];
      int last = stages.size() - 1;
      if (last >= 0 && stages.get(last) == width) {
        blocks.set(last, blocks.get(last) + 1);
      } else {
        stages.add(width);
        blocks.add(1);
      }
    }
    if (Set.copyOf(blocks).size() != 1) {
      throw init.unexpected(
          firstConvolution(0),
          "as many blocks of each width, at least one",
          blocks + " of the widths " + stages);
    }
    boolean projected = init.keys().stream().anyMatch(name -> name.contains(".shortcut."));
    return new ResNet(stages, blocks.get(0), projected ? Shortcut.PROJECTED : Shortcut.PADDED);
  }

  private static String firstConvolution(int block) {
    return "blocks." + block + ".conv1.weight";
  }

  /**
   * A network with weights of its own.
   *
   * @param ranks share the statistics of its norms
   * @throws IllegalArgumentException if the model does not fit the images or the classes
   */
  @Collective
  Network build(Communicator ranks, Precision precision) {
    NormFactory norms =
        new NormFactory(NormSpec.parse("sync"), ranks, norm.withPrecision(precision));
    return Models.build(model, image, classes, norms, 0);
  }
}
