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
              "org.bytedeco.javacpp..",
              "jdk.incubator.vector..");

  @ArchTest
  static final ArchRule communication =
      noClasses()
          .that()
          .resideInAPackage("org.lockstep.comm")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.lockstep.nn..", "org.nd4j..", "org.bytedeco..");
}
