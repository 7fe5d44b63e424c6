package org.lockstep.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class HostMemoryTest {
  @Test
  void floats_ofRowView_startsAtTheView() {
    INDArray all = Nd4j.createFromArray(0f, 1f, 2f, 3f, 4f, 5f).reshape(3, 2);
    FloatBuffer rows = HostMemory.floats(all.get(NDArrayIndex.interval(1, 3), NDArrayIndex.all()));
    assertThat(rows.remaining()).isEqualTo(4);
    assertThat(rows.get(0)).isEqualTo(2f);
    rows.put(3, 50f);
    assertThat(all.getFloat(2, 1)).isEqualTo(50f);
  }

  @Test
  void floats_ofTransposedOrDouble_saysWhatIsExpected() {
    INDArray all = Nd4j.createFromArray(0f, 1f, 2f, 3f, 4f, 5f).reshape(3, 2);
    assertThatThrownBy(() -> HostMemory.floats(all.transpose()))
        .hasMessageContaining("contiguous float32 array in C order");
    assertThatThrownBy(() -> HostMemory.floats(Nd4j.create(DataType.DOUBLE, 2, 2)))
        .hasMessageContaining("found DOUBLE");
  }

  @Test
  void floats_ofEmptyBatch_isEmpty() {
    assertThat(HostMemory.floats(Precision.FLOAT32.allocate(0, 4, 4, 3)).remaining()).isZero();
  }

  @Test
  void shorts_ofBf16_areItsBits() {
    INDArray array = Precision.BF16.allocate(2, 1);
    Elements.of(array).put(0, new double[] {1, -2}, 2);
    assertThat(HostMemory.shorts(array).get(0)).isEqualTo((short) 0x3f80);
    assertThat(HostMemory.shorts(array).get(1)).isEqualTo((short) 0xc000);
    assertThatThrownBy(() -> HostMemory.floats(array)).hasMessageContaining("found BFLOAT16");
    assertThat(HostMemory.shorts(Precision.BF16.allocate(0, 3)).remaining()).isZero();
  }

  @Test
  void address_ofRowView_isTheViewsAndOfTransposedRefused() {
    INDArray all = Nd4j.createFromArray(0f, 1f, 2f, 3f, 4f, 5f).reshape(3, 2);
    INDArray rows = all.get(NDArrayIndex.interval(1, 3), NDArrayIndex.all());
    assertThat(HostMemory.address(rows).address() - HostMemory.address(all).address())
        .isEqualTo(2 * Float.BYTES);
    assertThatThrownBy(() -> HostMemory.address(all.transpose()))
        .hasMessageContaining("contiguous float32 array in C order");
  }
}
