package io.github.vertexj.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertexj.InvalidInputException;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.StartException;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OnnxProviderTest {
  @Test
  void predict_severalInstances_givesEachItsRow() throws Exception {
    try (LoadedModel<Tensors, Tensors> model = Models.tensors("affine")) {
      List<Tensors> predictions = Models.predict(model, Models.row(1, 2), Models.row(3, 4));

      assertThat(predictions.get(0).get(0).toFloats()).containsExactly(3, 5);
      assertThat(predictions.get(1).get(0).toFloats()).containsExactly(7, 9);
    }
  }

  @Test
  void predict_severalInputsAndOutputs_goByName() throws Exception {
    Tensor a = Tensor.of(new float[] {1, 2});
    Tensor b = Tensor.of(new long[] {1, 2, 3});
    try (LoadedModel<Tensors, Tensors> model = Models.tensors("two_inputs")) {
      for (Tensors instance :
          List.of(
              Tensors.named(List.of("a", "b"), List.of(a, b)),
              Tensors.named(List.of("b", "a"), List.of(b, a)),
              Tensors.ordered(List.of(a, b)))) {
        Tensors prediction = Models.predict(model, instance).get(0);

        assertThat(prediction.names()).containsExactly("sum", "product");
        assertThat(prediction.get("sum").toFloats()).containsExactly(7, 8);
        assertThat(prediction.get("product").toFloats()).containsExactly(6, 12);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "float, FLOAT32",
    "double, FLOAT64",
    "float16, FLOAT32",
    "bfloat16, FLOAT32",
    "int8, INT32",
    "int16, INT32",
    "int32, INT32",
    "int64, INT64",
    "uint8, UINT8",
    "bool, BOOL"
  })
  void predict_everyElementType_isCarriedThereAndBack(String name, TensorType carrier)
      throws Exception {
    Tensors one = row(carrier, 1, 0);
    Tensors other = row(carrier, 0, 1);
    try (LoadedModel<Tensors, Tensors> model = Models.tensors("identity_" + name)) {
      List<Tensors> predictions = Models.predict(model, one, other);

      assertThat(predictions.get(0).get(0).type()).isEqualTo(carrier);
      assertThat(predictions.get(0).get(0).toFloats()).containsExactly(1, 0);
      assertThat(predictions.get(1).get(0).toFloats()).containsExactly(0, 1);
    }
  }

  private static Tensors row(TensorType type, int first, int second) {
    return Tensors.of(
        switch (type) {
          case FLOAT32 -> Tensor.of(new float[] {first, second});
          case FLOAT64 -> Tensor.of(new double[] {first, second});
          case INT32 -> Tensor.of(new int[] {first, second});
          case INT64 -> Tensor.of(new long[] {first, second});
          case UINT8 -> Tensor.of(new byte[] {(byte) first, (byte) second});
          case BOOL -> Tensor.of(new boolean[] {first != 0, second != 0});
        });
  }

  @Test
  void predict_halfPrecision_keepsWhatItCanHold() throws Exception {
    float[] values = {-1.5f, 65504};
    try (LoadedModel<Tensors, Tensors> half = Models.tensors("identity_float16");
        LoadedModel<Tensors, Tensors> brain = Models.tensors("identity_bfloat16")) {
      assertThat(Models.predict(half, Models.row(values)).get(0).get(0).toFloats())
          .containsExactly(values);
      assertThat(Models.predict(brain, Models.row(-1.5f, 3e38f)).get(0).get(0).toFloats()[0])
          .isEqualTo(-1.5f);
    }
  }

  @ParameterizedTest
  @CsvSource({"int8, 127, 128", "int8, -128, -129", "int16, 32767, 32768", "int16, -32768, -32769"})
  void predict_narrowIntegers_areHeldToTheirRange(String name, int within, int beyond)
      throws Exception {
    try (LoadedModel<Tensors, Tensors> model = Models.tensors("identity_" + name)) {
      Tensors good = Tensors.of(Tensor.of(new int[] {within, 0}));
      assertThat(Models.predict(model, good).get(0).get(0).integer(0)).isEqualTo(within);

      assertThatThrownBy(
              () -> Models.predict(model, good, Tensors.of(Tensor.of(new int[] {0, beyond}))))
          .isInstanceOfSatisfying(
              InvalidInputException.class, e -> assertThat(e.index()).isEqualTo(1))
          .hasMessageContaining("x must be from");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "uint16, 65535, INT32",
    "uint32, 4294967295, INT64",
    "uint64, 4611686018427387904, INT64"
  })
  void predict_unsignedOutputs_comeInTheNextLargerType(String name, long most, TensorType carrier)
      throws Exception {
    try (LoadedModel<Tensors, Tensors> model = Models.tensors("to_" + name)) {
      Tensor output = Models.predict(model, scalar(most)).get(0).get(0);

      assertThat(output.type()).isEqualTo(carrier);
      assertThat(output.integer(0)).isEqualTo(most);
    }
  }

  @Test
  void predict_unsignedOutputBeyondInt64_isNoNegativeNumber() {
    try (LoadedModel<Tensors, Tensors> model = Models.tensors("to_uint64")) {
      assertThatThrownBy(() -> Models.predict(model, scalar(1.5e19)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("beyond int64");
    }
  }

  private static Tensors scalar(double value) {
    return Tensors.of(Tensor.of(new double[] {value}).row(0));
  }

  @Test
  void load_inputsThatTheJavaApiCannotMake_areNamed() {
    assertThatThrownBy(() -> Models.tensors("identity_uint16"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("input x is of uint16");
    assertThatThrownBy(() -> Models.tensors("list_input"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("input x is a list or a map");
  }

  @Test
  void predict_batchFixedToOne_runsEachAlone() throws Exception {
    try (LoadedModel<Tensors, Tensors> model = Models.tensors("fixed_one")) {
      assertThat(model.batchPolicy().maxBatchSize()).isEqualTo(1);
      assertThat(model.stackable(Models.row(1, 2), Models.row(3, 4))).isFalse();

      List<Tensors> predictions = Models.predict(model, Models.row(1, 2), Models.row(3, 4));

      assertThat(predictions.get(0).get(0).toFloats()).containsExactly(3, 5);
      assertThat(predictions.get(1).get(0).toFloats()).containsExactly(7, 9);
    }
  }

  @Test
  void predict_batchFixedToMore_isFilledUp() throws Exception {
    try (LoadedModel<Tensors, Tensors> model = Models.tensors("fixed_four")) {
      assertThat(model.batchPolicy().maxBatchSize()).isEqualTo(4);
      List<Tensors> predictions =
          Models.predict(model, Models.row(1, 2), Models.row(3, 4), Models.row(5, 6));

      assertThat(predictions).hasSize(3);
      assertThat(predictions.get(2).get(0).toFloats()).containsExactly(11, 13);
      assertThat(Models.predict(model, Models.row(7, 8)).get(0).get(0).toFloats())
          .containsExactly(15, 17);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"no_batch", "no_common_batch"})
  void load_modelsWithoutABatch_areNamed(String name) {
    assertThatThrownBy(() -> Models.tensors(name))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("has no batch; export");
  }

  @Test
  void predict_openShapes_takeEverySizeThatTheModelTakes() throws Exception {
    for (String name : List.of("any_length", "no_shape")) {
      try (LoadedModel<Tensors, Tensors> model = Models.tensors(name)) {
        assertThat(Models.predict(model, Models.row(1)).get(0).get(0).toFloats())
            .containsExactly(3);
        assertThat(Models.predict(model, Models.row(1, 2, 3)).get(0).get(0).toFloats())
            .containsExactly(3, 5, 7);
        assertThat(Models.predict(model, Models.row()).get(0).get(0).elements()).isZero();
      }
    }
  }

  @Test
  void predict_predictionDependsOnNeighbours_runsEachAlone() throws Exception {
    try (LoadedModel<Tensors, Tensors> model = Models.tensors("neighbours")) {
      for (Tensors prediction :
          Models.predict(model, Models.row(1, 2), Models.row(3, 5), Models.row(4, 9))) {
        assertThat(prediction.get(0).toFloats()).containsExactly(0, 0);
      }
    }
  }

  @Test
  void predict_listWithAnElementForEach_isSplit() throws Exception {
    try (LoadedModel<Tensors, Tensors> model = Models.tensors("rows_as_list")) {
      List<Tensors> predictions = Models.predict(model, Models.row(1, 2), Models.row(3, 4));

      assertThat(predictions).hasSize(2);
      assertThat(predictions.get(1).get(0).toFloats()).containsExactly(3, 4);
    }
  }

  @Test
  void predict_listWithoutElements_isEmpty() throws Exception {
    try (LoadedModel<Tensors, Tensors> model = Models.tensors("empty_list")) {
      assertThat(Models.predict(model, Models.row(1, 2))).hasSize(1);
    }
  }

  @Test
  void predict_inputsThatDoNotFitEachOther_areTheCallersFault() {
    try (LoadedModel<Tensors, Tensors> model = Models.tensors("pair")) {
      assertThatThrownBy(
              () ->
                  Models.predict(
                      model,
                      Tensors.named(
                          Map.of("a", Tensor.of(new float[2]), "b", Tensor.of(new float[3])))))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("cannot take an instance of")
          .hasMessageContaining("broadcast")
          .message()
          .doesNotContain("/", "::", "onnxruntime");
    }
  }

  @Test
  void predict_indexBeyondATable_isTheCallersFault() {
    try (LoadedModel<Tensors, Tensors> model = Models.tensors("embedding")) {
      assertThatThrownBy(() -> Models.predict(model, Tensors.of(Tensor.of(new long[] {1, 7}))))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("idx=7 must be within");
    }
  }

  @Test
  void load_textOrMaps_areForTheOtherProvider() {
    for (String name : List.of("label", "map_by_text", "identity_string")) {
      assertThatThrownBy(() -> Models.tensors(name))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("OnnxTableProvider");
    }
  }
}
