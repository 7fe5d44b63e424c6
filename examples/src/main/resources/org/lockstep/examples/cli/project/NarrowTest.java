package @PACKAGE@;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.lockstep.models.Models;
import org.lockstep.nn.Shape;
import org.lockstep.nn.norm.NormSpec;

class NarrowTest {
  private static final String MODEL = Narrow.class.getName();

  @Test
  void define_greyOrColourImages_fits() {
    Models.check(MODEL, new Shape(28, 28, 1), 10, NormSpec.parse("sync"), 4);
    Models.check(MODEL, new Shape(32, 32, 3), 100, NormSpec.parse("group:4"), 1);
  }

  /** Groups must divide the channels, 8 and 16. */
  @Test
  void define_threeGroups_isRefused() {
    NormSpec three = NormSpec.parse("group:3");
    assertThrows(
        IllegalArgumentException.class,
        () -> Models.check(MODEL, new Shape(28, 28, 1), 10, three, 1));
  }
}
