package org.lockstep.examples.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class LandscapeTest {
  private static final double CLOSE = 1e-12;

  /**
   * Half of a·u² + b·v² at (u, v) = (1, 2), whose gradient is g = (a·u, b·v): at x - t·g the
   * variables are u·(1 - t·a) and v·(1 - t·b), and the gradient has changed by t·(a·a·u, b·b·v).
   */
  private record Quadratic(double a, double b) implements Objective {
    @Override
    public double[] point() {
      return new double[] {1, 2};
    }

    @Override
    public double evaluate(double[] at, double[] gradient) {
      gradient[0] = a * at[0];
      gradient[1] = b * at[1];
      return (a * at[0] * at[0] + b * at[1] * at[1]) / 2;
    }
  }

  @Test
  void along_quadratic_isWhatItsFormulaSays() {
    double a = 3;
    double b = 0.5;
    double change = Math.hypot(a * a, b * b * 2);
    Landscape seen = Landscape.along(new Quadratic(a, b), 7, List.of(0.1, 0.25, 1.0));

    assertThat(seen.step()).isEqualTo(7);
    assertThat(seen.loss()).isCloseTo((a + 4 * b) / 2, within(CLOSE));
    assertThat(seen.gradientNorm()).isCloseTo(Math.hypot(a, 2 * b), within(CLOSE));
    assertThat(seen.lowestLoss()).isCloseTo(loss(a, b, 0.25), within(CLOSE));
    assertThat(seen.highestLoss()).isCloseTo(loss(a, b, 1), within(CLOSE));
    assertThat(seen.range()).isCloseTo(loss(a, b, 1) - loss(a, b, 0.25), within(CLOSE));
    assertThat(seen.leastChange()).isCloseTo(0.1 * change, within(CLOSE));
    assertThat(seen.greatestChange()).isCloseTo(change, within(CLOSE));
    assertThat(seen.smoothness()).isCloseTo(change / Math.hypot(a, 2 * b), within(CLOSE));
  }

  /** Where the curvature is the same everywhere and in all directions, β is that curvature. */
  @Test
  void along_equalCurvature_hasThatSmoothness() {
    Landscape seen = Landscape.along(new Quadratic(4, 4), 0, List.of(0.01, 0.1));

    assertThat(seen.smoothness()).isCloseTo(4, within(CLOSE));
  }

  /** At u = -1 the cube has the gradient 3; a step of 1 leads to -4, where it is 48. */
  @Test
  void along_curvatureThatGrows_takesTheGreatestSlope() {
    Objective cube =
        new Objective() {
          @Override
          public double[] point() {
            return new double[] {-1};
          }

          @Override
          public double evaluate(double[] at, double[] gradient) {
            gradient[0] = 3 * at[0] * at[0];
            return at[0] * at[0] * at[0];
          }
        };

    assertThat(Landscape.along(cube, 0, List.of(1.0, 0.1)).smoothness())
        .isCloseTo((48 - 3) / 3.0, within(CLOSE));
  }

  @Test
  void along_pointWhereTheLossIsNoNumber_saysSo() {
    Objective root =
        new Objective() {
          @Override
          public double[] point() {
            return new double[] {0.25};
          }

          @Override
          public double evaluate(double[] at, double[] gradient) {
            gradient[0] = 0.5 / Math.sqrt(at[0]);
            return Math.sqrt(at[0]);
          }
        };
    Landscape seen = Landscape.along(root, 0, List.of(1.0, 0.1));

    assertThat(seen.range()).isNaN();
    assertThat(seen.smoothness()).isNaN();
    assertThat(Median.of(List.of(seen), Landscape::range)).hasToString("not finite (1 not finite)");
  }

  private static double loss(double a, double b, double size) {
    double u = 1 - size * a;
    double v = 2 * (1 - size * b);
    return (a * u * u + b * v * v) / 2;
  }
}
