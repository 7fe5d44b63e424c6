package org.lockstep.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

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
              "javax.crypto..",
              "javax.net.ssl..",
              "javax.imageio..",
              "com.sun.management",
              "org.jspecify.annotations",
              "org.slf4j",
              "org.nd4j.linalg..",
              "org.nd4j.shade.protobuf",
              "onnx",
              "org.bytedeco.javacpp..",
              "jdk.incubator.vector..",
              "org.bytedeco.dnnl..",
              "com.fasterxml.jackson..",
              "io.netty..",
              "com.esotericsoftware.kryo.kryo5..",
              "com.codahale.metrics",
              "org.apache.spark..",
              "org.apache.hadoop..",
              "scala..");
}
