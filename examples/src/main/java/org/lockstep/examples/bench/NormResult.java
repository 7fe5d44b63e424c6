package org.lockstep.examples.bench;

import static org.lockstep.examples.bench.NormBenchmark.BACKWARD_ACCESSES;
import static org.lockstep.examples.bench.NormBenchmark.FORWARD_ACCESSES;

/**
 * How fast a norm layer of one shape is. Stands in what {@code bench norm --json} writes.
 *
 * @param norm as the command line names it
 * @param shape of an image, height x width x channels
 * @param batch images
 * @param forwardGigabytes per second; the forward pass reads its input twice and writes once
 * @param backwardGigabytes per second; the backward pass reads input and gradient twice and writes
 *     once
 * @param copyGigabytes per second of a plain copy of as many values, one read and one write
 */
public record NormResult(
    String norm,
    String shape,
    int batch,
    double forwardGigabytes,
    double backwardGigabytes,
    double copyGigabytes) {
  /** The speed of both passes together over that of the copy. */
  public double shareOfCopy() {
    double time = FORWARD_ACCESSES / forwardGigabytes + BACKWARD_ACCESSES / backwardGigabytes;
    return (FORWARD_ACCESSES + BACKWARD_ACCESSES) / time / copyGigabytes;
  }
}
