package org.lockstep.verify;

/**
 * What is expected of a large parameter: some of its elements, and two sums over all.
 *
 * @param index positions in C order
 * @param values the elements there
 * @param sum of all elements
 * @param sumOfSquares of all elements
 */
record SampledParameter(int[] index, double[] values, double sum, double sumOfSquares) {
  /**
   * Reads one.
   *
   * @param elements how many the parameter has
   */
  static SampledParameter read(CaseFile part, long elements) {
    NpyArray values = part.reals("values");
    return new SampledParameter(
        part.indices("index", values.values().length, elements),
        values.values(),
        part.number("sum"),
        part.number("sumsq"));
  }

  /**
   * Compares. Where every element is within the parameter's tolerance t, the sum of n is within
   * n·t, and that of the squares within n·t·2·max|value|.
   */
  void compare(Comparison comparison, String name, double[] actual) {
    double[] found = new double[index.length];
    for (int i = 0; i < index.length; i++) {
      found[i] = actual[index[i]];
    }
    comparison.values(name, found, values);
    double total = 0;
    double squares = 0;
    double largest = 0;
    for (double value : actual) {
      total += value;
      squares += value * value;
      largest = Math.max(largest, Math.abs(value));
    }
    int n = actual.length;
    comparison.value(name + " sum", total, sum, name, n);
    comparison.value(name + " sumsq", squares, sumOfSquares, name, 2 * largest * n);
  }
}
