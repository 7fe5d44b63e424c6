package org.lockstep.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethod;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/**
 * What holds in every module. Each module's {@code ArchitectureTest} imports these rules with
 * {@code ArchTests.in(HouseRules.class)} and adds which third-party code the module may touch; the
 * chain of modules itself is Maven's to hold.
 */
public final class HouseRules {
  /** Whether a class is product code and not a test. */
  public static final DescribedPredicate<JavaClass> PRODUCT =
      describe("product classes", type -> !isTest(type));

  private static final DescribedPredicate<JavaClass> TEST =
      describe("test classes", HouseRules::isTest);

  private static final int MAX_LINES = 400;

  @ArchTest
  static final ArchRule logging =
      noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging..");

  @ArchTest
  static final ArchRule printing =
      noClasses()
          .that(PRODUCT)
          .and()
          .resideOutsideOfPackage("org.lockstep.examples..")
          .should(ACCESS_STANDARD_STREAMS);

  @ArchTest
  static final ArchRule exiting =
      noClasses()
          .that(PRODUCT)
          .and()
          .resideOutsideOfPackages("org.lockstep.examples..", "org.lockstep.fault")
          .should(callMethod(System.class, "exit", int.class))
          .orShould(callMethod(Runtime.class, "exit", int.class))
          .orShould(callMethod(Runtime.class, "halt", int.class));

  @ArchTest
  static final ArchRule sleeping =
      noClasses()
          .that(TEST)
          .should(callMethod(Thread.class, "sleep", long.class))
          .orShould(callMethod(TimeUnit.class, "sleep", long.class));

  @ArchTest
  static final ArchRule names =
      noClasses().should().haveNameMatching(".*(Utils?|Helpers?|Common|Commons|Misc)");

  @ArchTest
  static final ArchRule rooms =
      noClasses().should().resideInAnyPackage("..util..", "..utils..", "..common..", "..helper..");

  @ArchTest
  static final ArchRule nullness = classes().that(PRODUCT).should(resideInNullMarkedPackage());

  @ArchTest static final ArchRule state = fields().that().areStatic().should().beFinal();

  @ArchTest
  static final ArchRule cycles = slices().assignedFrom(productPackages()).should().beFreeOfCycles();

  @ArchTest static final ArchRule oneDnn = only("org.lockstep.nn.layers", "org.bytedeco.dnnl..");
  @ArchTest static final ArchRule netty = only("org.lockstep.transport", "io.netty..");
  @ArchTest static final ArchRule kryo = only("org.lockstep.rendezvous", "com.esotericsoftware..");
  @ArchTest static final ArchRule spark = only("org.lockstep.spark..", "org.apache.spark..");
  @ArchTest static final ArchRule hadoop = only("org.lockstep.spark..", "org.apache.hadoop..");
  @ArchTest static final ArchRule metrics = only("org.lockstep.spark..", "com.codahale..");
  @ArchTest static final ArchRule scala = only("org.lockstep.spark..", "scala..");
  @ArchTest static final ArchRule commandLine = only("org.lockstep.examples..", "picocli..");

  /** Reads the sources of the module under test: Surefire starts tests in its directory. */
  @ArchTest
  static void fileLength(JavaClasses classes) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".java")))
          .allSatisfy(
              file -> assertThat(Files.readAllLines(file)).hasSizeLessThanOrEqualTo(MAX_LINES));
    }
  }

  private HouseRules() {}

  private static ArchRule only(String room, String library) {
    return noClasses()
        .that(PRODUCT)
        .and()
        .resideOutsideOfPackage(room)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library);
  }

  private static boolean isTest(JavaClass type) {
    return type.getSource()
        .map(source -> source.getUri().toString())
        .filter(uri -> uri.contains("/test-classes/") || uri.contains("-tests.jar"))
        .isPresent();
  }

  private static ArchCondition<JavaClass> resideInNullMarkedPackage() {
    return new ArchCondition<>("reside in a package that is @NullMarked") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
        events.add(
            new SimpleConditionEvent(
                type, marked, "%s is in %s".formatted(type.getName(), type.getPackageName())));
      }
    };
  }

  private static SliceAssignment productPackages() {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        return isTest(type) ? SliceIdentifier.ignore() : SliceIdentifier.of(type.getPackageName());
      }

      @Override
      public String getDescription() {
        return "packages of product classes";
      }
    };
  }
}
