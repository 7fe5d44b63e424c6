package org.lockstep;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What this module may import, and which room may import what. */
@AnalyzeClasses(packages = "org.lockstep", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule oneDnnStaysInTheLayers =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.lockstep.nn.layers")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bytedeco.dnnl..");

  @ArchTest
  static final ArchRule nothingFromModulesToTheRight =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.lockstep.transport..",
              "org.lockstep.collective..",
              "org.lockstep.rendezvous..",
              "org.lockstep.launch..",
              "org.lockstep.spark..",
              "org.lockstep.examples..");

  @ArchTest
  static final ArchRule onlyTheLibrariesOfThisModule =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "org.lockstep..",
              "java..",
              "org.jspecify..",
              "org.nd4j..",
              "org.slf4j..",
              "org.bytedeco.javacpp..",
              "org.bytedeco.dnnl..",
              "com.fasterxml.jackson..");

  @ArchTest
  static final ArchRule theTrainingLoopIsOnTop =
      noClasses()
          .that()
          .resideInAnyPackage(
              "org.lockstep.comm..",
              "org.lockstep.nn..",
              "org.lockstep.optim..",
              "org.lockstep.data..",
              "org.lockstep.models..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.lockstep.train..");

  @ArchTest
  static final ArchRule layersAndNormsKnowNeitherModelsNorData =
      noClasses()
          .that()
          .resideInAnyPackage("org.lockstep.comm..", "org.lockstep.nn..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.lockstep.models..",
              "org.lockstep.optim..",
              "org.lockstep.data..",
              "org.lockstep.parallel..",
              "org.lockstep.checkpoint..");
}
