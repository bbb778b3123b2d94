package io.github.vertexj;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class TensorTest {

  @Test
  void of_everyType_holdsItsValues() {
    assertThat(Tensor.of(new float[] {1.5f, -0f}).number(0)).isEqualTo(1.5);
    assertThat(Tensor.of(new double[] {1e300}).number(0)).isEqualTo(1e300);
    assertThat(Tensor.of(new int[] {-7}).integer(0)).isEqualTo(-7);
    assertThat(Tensor.of(new long[] {1L << 60}).integer(0)).isEqualTo(1L << 60);
    assertThat(Tensor.of(new byte[] {(byte) 200}).integer(0)).isEqualTo(200);
    assertThat(Tensor.of(new boolean[] {false, true}).integer(1)).isEqualTo(1);
  }

  @Test
  void of_noDimensions_isOneRow() {
    assertThat(Tensor.of(new float[] {1, 2, 3}).shape()).isEqualTo(Shape.of(3));
  }

  @Test
  void of_dimensionsThatDoNotFit_isRefused() {
    assertThatThrownBy(() -> Tensor.of(new float[] {1, 2, 3}, 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 values")
        .hasMessageContaining("[2, 2]");
  }

  @Test
  void row_ofAMatrix_viewsTheSameMemory() {
    Tensor matrix = Tensor.of(new int[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Tensor row = matrix.row(1);
    assertThat(row.shape()).isEqualTo(Shape.of(3));
    assertThat(row.integer(0)).isEqualTo(4);
    matrix.bytes().putInt(3 * Integer.BYTES, 40);
    assertThat(row.integer(0)).isEqualTo(40);
  }

  @Test
  void index_outside_isRefusedEvenWhereTheMemoryGoesOn() {
    Tensor row = Tensor.of(new int[] {1, 2, 3, 4}, 2, 2).row(0);
    assertThatThrownBy(() -> row.integer(2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> row.number(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> row.row(2)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void view_atAnOddOffset_isLittleEndian() {
    byte[] memory = new byte[9];
    ByteBuffer.wrap(memory).order(ByteOrder.LITTLE_ENDIAN).putInt(1, 7).putInt(5, 8);
    Tensor tensor = Tensor.view(TensorType.INT32, Shape.of(2), memory, 1);
    assertThat(tensor.integer(0)).isEqualTo(7);
    assertThat(tensor.integer(1)).isEqualTo(8);
    ByteBuffer copy = ByteBuffer.allocate(8);
    tensor.copyTo(copy);
    assertThat(copy.array()).containsExactly(7, 0, 0, 0, 8, 0, 0, 0);
  }

  @Test
  void view_beyondTheMemory_isRefused() {
    assertThatThrownBy(() -> Tensor.view(TensorType.INT64, Shape.of(2), new byte[16], 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Tensor.view(TensorType.INT64, Shape.of(Shape.ANY), new byte[16], 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void integer_ofFloats_isRefused() {
    assertThatThrownBy(() -> Tensor.of(new float[] {1}).integer(0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void toFloats_ofAnyType_converts() {
    assertThat(Tensor.of(new float[] {1, 2}).toFloats()).containsExactly(1f, 2f);
    assertThat(Tensor.of(new byte[] {(byte) 255}).toFloats()).containsExactly(255f);
  }

  @Test
  void toString_ofATensor_hidesTheElements() {
    assertThat(Tensor.of(new float[] {12345f}, 1, 1)).hasToString("Tensor[float32[1, 1]]");
  }

  @Test
  void shape_tooManyElements_isRefused() {
    assertThatThrownBy(() -> Shape.of(1 << 16, 1 << 16))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Shape.of(-2)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void accepts_withOpenDimensions_comparesTheOthers() {
    Shape open = Shape.of(Shape.ANY, 3);
    assertThat(open.accepts(Shape.of(7, 3))).isTrue();
    assertThat(open.accepts(Shape.of(7, 4))).isFalse();
    assertThat(open.accepts(Shape.of(3))).isFalse();
    assertThat(open).hasToString("[*, 3]");
  }

  @Test
  void stackable_needsSameFormNamesTypesAndShapes() {
    Tensor two = Tensor.of(new float[2]);
    Tensor three = Tensor.of(new float[3]);
    assertThat(Tensors.of(two).stackableWith(Tensors.of(Tensor.of(new float[2])))).isTrue();
    assertThat(Tensors.of(two).stackableWith(Tensors.of(three))).isFalse();
    assertThat(Tensors.of(two).stackableWith(Tensors.of(Tensor.of(new int[2])))).isFalse();
    Tensors ab = Tensors.named(java.util.List.of("a", "b"), java.util.List.of(two, three));
    Tensors ba = Tensors.named(java.util.List.of("b", "a"), java.util.List.of(three, two));
    assertThat(ab.stackableWith(ba)).isFalse();
    assertThat(ab.get("b")).isSameAs(three);
    assertThatThrownBy(() -> ab.get("c")).hasMessageContaining("[a, b]");
  }

  @Test
  void fromName_unknown_listsTheKnown() {
    assertThat(TensorType.fromName("Float32")).isEqualTo(TensorType.FLOAT32);
    assertThatThrownBy(() -> TensorType.fromName("int16")).hasMessageContaining("uint8");
  }
}
