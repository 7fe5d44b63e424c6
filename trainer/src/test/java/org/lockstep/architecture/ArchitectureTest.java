package org.lockstep.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "org.lockstep")
final class ArchitectureTest {
  @ArchTest static final ArchTests house = ArchTests.in(HouseRules.class);

  @ArchTest
  static final ArchRule thirdParty =
      classes()
          .that(HouseRules.PRODUCT)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "org.lockstep..",
              "java..",
              "org.jspecify.annotations",
              "org.slf4j",
              "org.nd4j.linalg..",
              "org.nd4j.shade.protobuf",
              "onnx",
              "org.bytedeco.javacpp..",
              "jdk.incubator.vector..",
              "javax.imageio..",
              "org.bytedeco.dnnl..",
              "com.fasterxml.jackson..");

  @ArchTest
  static final ArchRule layersAndNormsAreAtTheBottom =
      noClasses()
          .that()
          .resideInAnyPackage("org.lockstep.comm", "org.lockstep.nn..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.lockstep.models",
              "org.lockstep.optim",
              "org.lockstep.data",
              "org.lockstep.parallel",
              "org.lockstep.checkpoint",
              "org.lockstep.train");

  @ArchTest
  static final ArchRule theTrainingLoopIsOnTop =
      noClasses()
          .that()
          .resideInAnyPackage(
              "org.lockstep.models",
              "org.lockstep.optim",
              "org.lockstep.data",
              "org.lockstep.parallel")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.lockstep.train");
}
