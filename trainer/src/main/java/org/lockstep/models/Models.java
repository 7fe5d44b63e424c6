package org.lockstep.models;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.lockstep.comm.Collective;
import org.lockstep.comm.Communicator;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Precision;
import org.lockstep.nn.Shape;
import org.lockstep.nn.layers.Cast;
import org.lockstep.nn.norm.NormFactory;
import org.lockstep.nn.norm.NormSpec;

/** The built-in models, and the way to models by class name. */
public final class Models {
  /** The built-in models. */
  public static final List<String> NAMES =
      List.of("small", "small-dense", "lenet-bn", "vgg", "resnet8", "resnet20", "resnet18");

  private static final List<Integer> CIFAR_WIDTHS = List.of(16, 32, 64);

  private Models() {}

  private static NetworkBuilder small(NetworkBuilder network, int classes) {
    network.conv(16, 3, 1, 1).norm().relu();
    network.conv(32, 3, 2, 1).norm().relu();
    network.conv(64, 3, 2, 1).norm().relu();
    network.conv(64, 3, 2, 1).norm().relu();
    return network.globalAveragePool().dense(classes);
  }

  private static NetworkBuilder smallDense(NetworkBuilder network, int classes) {
    network.conv(16, 3, 1, 1).norm().relu().maxPool(2);
    network.conv(32, 3, 1, 1).norm().relu().maxPool(2);
    network.dense(64).norm().relu();
    return network.dense(classes);
  }

  /** After LeCun et al. 1998, with norms. */
  private static NetworkBuilder lenetBn(NetworkBuilder network, int classes) {
    network.conv(20, 5).norm().relu().maxPool(2);
    network.conv(50, 3).norm().relu().maxPool(2);
    network.dense(128).relu();
    return network.dense(classes);
  }

  /**
   * The first three stages of Simonyan &amp; Zisserman 2015, configuration D, a quarter as wide.
   */
  private static NetworkBuilder vgg(NetworkBuilder network, int classes) {
    network.conv(16, 3, 1, 1).norm().relu().conv(16, 3, 1, 1).norm().relu().maxPool(2);
    network.conv(32, 3, 1, 1).norm().relu().conv(32, 3, 1, 1).norm().relu().maxPool(2);
    network.conv(64, 3, 1, 1).norm().relu().conv(64, 3, 1, 1).norm().relu();
    network.conv(64, 3, 1, 1).norm().relu().maxPool(2);
    return network.dense(classes);
  }

  /**
   * Finds every error that {@link #build} would make, without allocating or communicating.
   *
   * @param model a name of {@link #NAMES}, or of a class that implements {@link Model}
   * @param image the shape of one image
   * @throws IllegalArgumentException if there is no such model, it does not fit the images or the
   *     classes, or the norm does not fit its channels or the world size
   */
  public static void check(String model, Shape image, int classes, NormSpec norm, int worldSize) {
    norm.checkWorldSize(worldSize);
    plan(model, image, classes, norm);
  }

  /**
   * The names of the norm layers that see one value per channel and image, as behind a dense layer:
   * statistics over a batch of one image would be those of one value.
   *
   * @throws IllegalArgumentException as {@link #check}
   */
  public static List<String> normsOfVectors(String model, Shape image, int classes, NormSpec norm) {
    return normsOfVectors(plan(model, image, classes, norm)).toList();
  }

  private static Stream<String> normsOfVectors(List<LayerSpec> layers) {
    return layers.stream()
        .flatMap(
            layer ->
                layer instanceof LayerSpec.Norm
                        && layer.output().size() == layer.output().channels()
                    ? Stream.of(layer.name())
                    : normsOfVectors(layer.parts()));
  }

  /**
   * Builds a network in float32 with initial weights that depend on the seed and the model alone.
   *
   * @param world all ranks; norms use it, or parts of it, from then on
   * @throws IllegalArgumentException as {@link #check}
   */
  @Collective
  public static Network build(
      String model, Shape image, int classes, NormSpec norm, Communicator world, long seed) {
    return build(model, image, classes, norm, world, seed, Precision.FLOAT32);
  }

  /**
   * The same in the precision asked for; the initial weights are float32 numbers in each. Images
   * and logits are of the precision of parameters.
   *
   * @throws IllegalArgumentException as {@link #check}
   */
  @Collective
  public static Network build(
      String model,
      Shape image,
      int classes,
      NormSpec norm,
      Communicator world,
      long seed,
      Precision precision) {
    List<LayerSpec> plan = plan(model, image, classes, norm);
    return build(plan, image, new NormFactory(norm, world, precision), seed);
  }

  /**
   * The same of a model at hand, with norms of the caller's making.
   *
   * @param norms closed by the network; their precision is the network's
   * @throws IllegalArgumentException if the model does not fit the images or the classes, or the
   *     norm does not fit its channels
   */
  public static Network build(Model model, Shape image, int classes, NormFactory norms, long seed) {
    return build(plan(model, image, classes, norms.spec()), image, norms, seed);
  }

  private static Network build(List<LayerSpec> plan, Shape image, NormFactory norms, long seed) {
    InitialWeights weights = new InitialWeights(seed);
    Stream<Layer> layers = plan.stream().map(spec -> spec.build(norms, weights));
    return new Network(image, plan, between(norms.precision(), layers).toList(), norms);
  }

  /** Images come and logits go in the precision of parameters. */
  private static Stream<Layer> between(Precision precision, Stream<Layer> layers) {
    Precision outside = precision.ofParameters();
    if (outside == precision) {
      return layers;
    }
    Cast first = new Cast("input", outside, precision);
    Cast last = new Cast("logits", precision, outside);
    return Stream.of(Stream.of(first), layers, Stream.of(last)).flatMap(Function.identity());
  }

  private static List<LayerSpec> plan(String name, Shape image, int classes, NormSpec norm) {
    Model model = find(name);
    try {
      return plan(model, image, classes, norm);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "model " + name + " with norm " + norm + " on images of " + image + ": " + e.getMessage(),
          e);
    }
  }

  private static List<LayerSpec> plan(Model model, Shape image, int classes, NormSpec norm) {
    NetworkBuilder network = model.define(new NetworkBuilder(image, norm), classes);
    if (!network.shape().equals(Shape.features(classes))) {
      throw new IllegalArgumentException(
          "expected "
              + classes
              + " values a sample behind the last layer, one a class, found "
              + network.shape()
              + "; end with dense(classes)");
    }
    return network.network();
  }

  /**
   * The model of a name.
   *
   * @param name one of {@link #NAMES}, or of a class that implements {@link Model}
   * @throws IllegalArgumentException if there is no such model
   */
  public static Model find(String name) {
    return switch (name) {
      case "small" -> Models::small;
      case "small-dense" -> Models::smallDense;
      case "lenet-bn" -> Models::lenetBn;
      case "vgg" -> Models::vgg;
      case "resnet8" -> new ResNet(CIFAR_WIDTHS, 1);
      case "resnet20" -> new ResNet(CIFAR_WIDTHS, 3);
      case "resnet18" -> new ResNet(List.of(64, 128, 256, 512), 2, Shortcut.PROJECTED);
      default -> load(name);
    };
  }

  private static Model load(String name) {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    ClassLoader loader = Objects.requireNonNullElse(context, Models.class.getClassLoader());
    try {
      return Class.forName(name, true, loader)
          .asSubclass(Model.class)
          .getConstructor()
          .newInstance();
    } catch (ClassNotFoundException e) {
      throw new IllegalArgumentException(
          "unknown model '"
              + name
              + "': expected "
              + String.join(", ", NAMES)
              + " or the name of a class on the class path",
          e);
    } catch (ClassCastException | ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "model "
              + name
              + ": expected a public class that implements "
              + Model.class.getName()
              + " and has a public constructor without arguments: "
              + e,
          e);
    }
  }
}
