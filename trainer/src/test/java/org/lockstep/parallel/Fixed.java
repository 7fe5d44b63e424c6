package org.lockstep.parallel;

import java.util.ArrayList;
import java.util.List;
import org.lockstep.nn.Layer;
import org.lockstep.nn.Parameter;
import org.lockstep.nn.Pass;
import org.lockstep.nn.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A layer that has one parameter and computes nothing. */
final class Fixed implements Layer {
  private final String name;
  private final List<Parameter> parameters = new ArrayList<>();

  Fixed(String name, long size, boolean gradientIsGlobal) {
    this(name, size, gradientIsGlobal, Precision.FLOAT32);
  }

  Fixed(String name, long size, boolean gradientIsGlobal, Precision precision) {
    this.name = name;
    Precision own = precision.ofParameters();
    parameters.add(
        new Parameter(name + ".weight", own.allocate(size), own.allocate(size), gradientIsGlobal));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public INDArray forward(INDArray x, Pass pass) {
    return x;
  }

  @Override
  public INDArray backward(INDArray dy) {
    return dy;
  }

  @Override
  public List<Parameter> parameters() {
    return parameters;
  }
}
