package io.github.vertexj.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertexj.InstanceReader;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.OutOfMemoryException;
import io.github.vertexj.Shape;
import io.github.vertexj.StartException;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TorchScriptProviderTest {

  private static final String SHAPE = "its first dimension must be the batch";

  @Test
  void predict_batch_givesEachInstanceItsRow() throws Exception {
    try (Loaded affine = Loaded.model("affine")) {
      List<Tensors> predictions = affine.predict(Loaded.row(1, 2), Loaded.row(3, 4));

      assertThat(predictions).hasSize(2);
      assertThat(predictions.get(0).form()).isEqualTo(Tensors.Form.SINGLE);
      assertThat(predictions.get(0).get(0).toFloats()).containsExactly(3, 5);
      assertThat(predictions.get(1).get(0).toFloats()).containsExactly(7, 9);
    }
  }

  @Test
  void predict_eachElementType_arrivesAndLeavesUnchanged() throws Exception {
    List<Tensor> rows =
        List.of(
            Tensor.of(new float[] {1.5f, -0.0f}),
            Tensor.of(new double[] {0.1, 1e300}),
            Tensor.of(new int[] {Integer.MIN_VALUE, 7}),
            Tensor.of(new long[] {Long.MAX_VALUE, -1}),
            Tensor.of(new byte[] {0, (byte) 255}),
            Tensor.of(new boolean[] {true, false}));
    try (Loaded identity = Loaded.model("identity")) {
      for (Tensor row : rows) {
        Tensor prediction = identity.predict(Tensors.of(row)).get(0).get(0);

        assertThat(prediction.type()).isEqualTo(row.type());
        assertThat(prediction.shape()).isEqualTo(row.shape());
        assertThat(prediction.bytes()).isEqualTo(row.bytes());
      }
    }
  }

  @Test
  void predict_scalarAndEmptyInstances_keepTheirShapes() throws Exception {
    try (Loaded identity = Loaded.model("identity")) {
      Tensor scalar = Tensor.view(TensorType.FLOAT32, Shape.SCALAR, new byte[4], 0);
      Tensor empty = Tensor.view(TensorType.FLOAT32, Shape.of(0, 3), new byte[0], 0);

      assertThat(identity.predict(Tensors.of(scalar)).get(0).get(0).shape())
          .isEqualTo(Shape.SCALAR);
      assertThat(identity.predict(Tensors.of(empty)).get(0).get(0).shape())
          .isEqualTo(Shape.of(0, 3));
    }
  }

  @Test
  void predict_shapesChangeFromCallToCall_followsThem() throws Exception {
    try (Loaded model = Loaded.model("batch_dependent_shape")) {
      for (int length : new int[] {3, 1, 40, 2}) {
        Tensor prediction = model.predict(Loaded.row(new float[length])).get(0).get(0);

        assertThat(prediction.shape()).isEqualTo(Shape.of(length, 2));
      }
    }
  }

  @Test
  void predict_orderedInputs_goByPosition() throws Exception {
    try (Loaded model = Loaded.model("two_inputs")) {
      Tensors instance =
          Tensors.ordered(List.of(Tensor.of(new float[] {1}), Tensor.of(new float[] {2})));

      assertThat(model.predict(instance).get(0).get(0).toFloats()).containsExactly(3);
    }
  }

  @Test
  void predict_namedInputs_goToTheArgumentsOfTheseNames() throws Exception {
    try (Loaded model = Loaded.model("two_inputs")) {
      Tensors instance = named("b", Tensor.of(new float[] {2}), "a", Tensor.of(new int[] {1}));

      assertThat(model.predict(instance).get(0).get(0).toFloats()).containsExactly(3);
      assertThatThrownBy(() -> model.predict(named("a", instance.get(0), "x", instance.get(1))))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("the model takes 2 tensors an instance: a, b");
    }
  }

  @Test
  void predict_namedInputsOfOtherNames_goInTheOrderOfTheSpecifications() throws Exception {
    TensorSpec left = TensorSpec.of(TensorType.FLOAT32).named("left");
    TensorSpec right = TensorSpec.of(TensorType.FLOAT32).named("right");
    try (Loaded model = Loaded.model("two_inputs", left, right)) {
      Tensor one = Tensor.of(new float[] {1});

      assertThat(model.predict(named("right", one, "left", one)).get(0).get(0).toFloats())
          .containsExactly(2);
    }
  }

  @Test
  void predict_namedInputsForADictionary_goTogether() throws Exception {
    try (Loaded model = Loaded.model("dict_input")) {
      Tensor one = Tensor.of(new float[] {1});

      assertThat(model.predict(named("b", one, "a", one)).get(0).get(0).toFloats())
          .containsExactly(2);
      assertThatThrownBy(() -> model.predict(named("a", one, "c", one)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("the model's input b is missing");
      assertThatThrownBy(() -> model.predict(Tensors.of(one)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("object of named tensors");
    }
  }

  @Test
  void predict_tooFewInputs_namesThoseOfTheModel() throws Exception {
    try (Loaded model = Loaded.model("two_inputs")) {
      assertThatThrownBy(() -> model.predict(Loaded.row(1)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("the model takes 2 tensors an instance: a, b");
    }
  }

  @Test
  void predict_tupleOutput_isInOrder() throws Exception {
    try (Loaded model = Loaded.model("tuple_output")) {
      Tensors second = model.predict(Loaded.row(1, 2), Loaded.row(3, 4)).get(1);

      assertThat(second.form()).isEqualTo(Tensors.Form.ORDERED);
      assertThat(second.get(0).toFloats()).containsExactly(6, 8);
      assertThat(second.get(1).shape()).isEqualTo(Shape.SCALAR);
      assertThat(second.get(1).number(0)).isEqualTo(7);
    }
  }

  @Test
  void predict_nestedOutput_isFlattened() throws Exception {
    try (Loaded model = Loaded.model("nested_output")) {
      Tensors prediction = model.predict(Loaded.row(1, 2)).get(0);

      assertThat(prediction.size()).isEqualTo(3);
      assertThat(prediction.get(1).toFloats()).containsExactly(2, 3);
      assertThat(prediction.get(2).number(0)).isEqualTo(3);
    }
  }

  @Test
  void predict_dictionaryOutput_isByNameInTheirOrder() throws Exception {
    try (Loaded model = Loaded.model("dict_output")) {
      Tensors prediction = model.predict(Loaded.row(1, 2)).get(0);

      assertThat(prediction.names()).containsExactly("double", "sum");
      assertThat(prediction.get("double").toFloats()).containsExactly(2, 4);
      assertThat(prediction.get("sum").number(0)).isEqualTo(3);
    }
  }

  /**
   * The engine hands out none of these types itself; asked in the wrong way it ends the process.
   */
  @ParameterizedTest
  @CsvSource({"half_output, FLOAT32", "bf16_output, FLOAT32", "int16_output, INT32"})
  void predict_outputOfATypeNotOurs_isWidened(String model, TensorType expected) throws Exception {
    try (Loaded loaded = Loaded.model(model)) {
      Tensor prediction = loaded.predict(Loaded.row(3, -4)).get(0).get(0);

      assertThat(prediction.type()).isEqualTo(expected);
      assertThat(prediction.toFloats()).containsExactly(3, -4);
    }
  }

  @Test
  void load_outputThatCannotBeServed_stopsTheStart() {
    assertThatThrownBy(() -> Loaded.model("string_output"))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("forward returns str, and str cannot be served");
  }

  @Test
  void predict_numberOfPython_isAScalar() throws Exception {
    try (Loaded loaded = Loaded.model("float_output")) {
      List<Tensors> predictions = loaded.predict(Loaded.row(1, 2), Loaded.row(3, 4));

      assertThat(predictions.get(0).get(0).number(0)).isEqualTo(3);
      assertThat(predictions.get(1).get(0).number(0)).isEqualTo(7);
    }
  }

  @Test
  void predict_tooFewRows_failsWithBothNumbers() throws Exception {
    try (Loaded model = Loaded.model("wrong_rows")) {
      assertThatThrownBy(() -> model.predict(Loaded.row(1), Loaded.row(2)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the model's output has the shape [0, 1] for 1 instance: " + SHAPE + ", 1");
    }
  }

  @Test
  void predict_outputWithoutRows_isEachInstancesOwn() throws Exception {
    try (Loaded model = Loaded.model("scalar_tensor_output")) {
      List<Tensors> predictions = model.predict(Loaded.row(1, 2), Loaded.row(3, 4));

      assertThat(predictions.get(0).get(0).shape()).isEqualTo(Shape.SCALAR);
      assertThat(predictions.get(0).get(0).toFloats()).containsExactly(3);
      assertThat(predictions.get(1).get(0).toFloats()).containsExactly(7);
    }
  }

  @Test
  void predict_instanceOfAWrongShape_isTheCallersFault() throws Exception {
    try (Loaded model = Loaded.model("rank_sensitive")) {
      assertThatThrownBy(() -> model.predict(Tensors.of(Tensor.of(new float[64], 8, 8))))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "the model cannot take an instance of float32[8, 8]: mat1 and mat2 shapes cannot be"
                  + " multiplied (2x9 and 18x10)");
      assertThatThrownBy(() -> model.predict(Tensors.of(Tensor.of(new float[64], 64))))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("Expected 3D (unbatched) or 4D (batched) input to conv2d");
    }
  }

  /** On a GPU the model would take everybody's device with it. */
  @ParameterizedTest
  @ValueSource(longs = {-1, 10, Long.MAX_VALUE, Long.MIN_VALUE})
  void predict_numberBeyondItsLimit_isTheFaultOfThatInstance(long beyond) throws Exception {
    try (Loaded model = Loaded.model("int64_sum", Map.of("option.inputs", "int64[*] < 10"))) {
      Tensors fine = Tensors.of(Tensor.of(new long[] {0, 9}));
      Tensors bad = Tensors.of(Tensor.of(new long[] {5, beyond}));

      assertThat(model.predict(fine).get(0).get(0).integer(0)).isEqualTo(9);
      assertThatThrownBy(() -> model.predict(fine, bad))
          .isInstanceOfSatisfying(
              InvalidInputException.class, e -> assertThat(e.index()).isEqualTo(1))
          .hasMessage("each element must be from 0 to 9");
      assertThatThrownBy(() -> model.predict(named("x", bad.get(0), "y", fine.get(0))))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("each element must be from 0 to 9");
    }
  }

  @Test
  void predict_numberBeyondTheLimitOfANamedInput_namesIt() throws Exception {
    String inputs = "a:int64[2]<100,b:int64[2]<3";
    try (Loaded model = Loaded.model("two_inputs", Map.of("option.inputs", inputs))) {
      Tensor two = Tensor.of(new long[] {2, 2});
      Tensor three = Tensor.of(new long[] {2, 3});

      assertThat(model.predict(named("b", two, "a", three)).get(0).get(0).integer(1)).isEqualTo(5);
      assertThatThrownBy(() -> model.predict(named("b", three, "a", two)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("each element of b must be from 0 to 2");
      assertThatThrownBy(() -> model.predict(Tensors.ordered(List.of(two, three))))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("each element of b must be from 0 to 2");
    }
  }

  @Test
  void predict_scriptRaises_isAFailureAndNotTheCallersFault() throws Exception {
    try (Loaded model = Loaded.model("raises_on_negative")) {
      assertThatThrownBy(() -> model.predict(Loaded.row(1), Loaded.row(-1)))
          .isNotInstanceOf(InvalidInputException.class)
          .hasMessageContaining("negative value in the input");
      assertThat(model.predict(Loaded.row(1)).get(0).get(0).toFloats()).containsExactly(2);
    }
  }

  @Test
  void predict_elementTypeThatTheCallerChose_isTheCallersFault() throws Exception {
    try (Loaded model = Loaded.model("bool_not")) {
      assertThatThrownBy(() -> model.predict(Loaded.row(1)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("float32[1]");
    }
  }

  @Test
  void predict_elementTypeThatTheServerReads_namesTheSetting() throws Exception {
    TensorSpec wrong = TensorSpec.of(TensorType.FLOAT32);
    try (Loaded model = Loaded.model("bool_not", wrong)) {
      assertThatThrownBy(() -> model.predict(Loaded.row(1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("float32[1]")
          .hasMessageContaining("option.inputs");
    }
  }

  @Test
  void predict_memoryRunsOut_saysSoAndTheNextSmallerBatchIsServed() throws Exception {
    try (Loaded model = Loaded.model("oom_above_two_rows")) {
      Tensors row = Loaded.row(1);

      assertThatThrownBy(() -> model.predict(row, row, row))
          .isInstanceOf(OutOfMemoryException.class);
      assertThat(model.predict(row, row)).hasSize(2);
    }
  }

  @Test
  void predict_nullOrUnequalInstance_isNamedByItsPlace() throws Exception {
    try (Loaded model = Loaded.model("identity")) {
      assertThatThrownBy(() -> model.predict(Loaded.row(1), null))
          .isInstanceOfSatisfying(
              InvalidInputException.class, e -> assertThat(e.index()).isEqualTo(1));
      assertThatThrownBy(() -> model.predict(Loaded.row(1), Loaded.row(1), Loaded.row(1, 2)))
          .isInstanceOfSatisfying(
              InvalidInputException.class, e -> assertThat(e.index()).isEqualTo(2));
    }
  }

  @Test
  void load_inputsInTheSettings_winOverThoseInTheProgram() throws Exception {
    Map<String, String> settings =
        Map.of("option.inputs", "x:int64[*]", "maxWorkers", "1", "load_on_devices", "cpu");
    try (Loaded loaded = Loaded.model("int64_sum", settings, TensorSpec.of(TensorType.UINT8))) {
      LoadedModel<Tensors, Tensors> model = loaded.model();
      assertThat(model.instanceReader())
          .isEqualTo(
              InstanceReader.tensors(
                  List.of(TensorSpec.of(TensorType.INT64, Shape.ANY).named("x"))));
      assertThat(model.workers()).isEqualTo(1);
      assertThat(model.device()).isEqualTo("cpu");
      loaded.predictor().warmUp(List.of(), 4);
    }
  }

  @Test
  void warmUp_fixedShapeTheModelCannotTake_stopsTheStart() throws Exception {
    try (Loaded model = Loaded.model("mlp", TensorSpec.of(TensorType.FLOAT32, 4))) {
      assertThatThrownBy(() -> model.predictor().warmUp(List.of(), 2))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("cannot predict zeros of its inputs [float32[4]]");
    }
  }

  @Test
  void warmUp_largestBatchFindsNoMemory_isNoFault() throws Exception {
    try (Loaded model = Loaded.model("oom_above_two_rows", TensorSpec.of(TensorType.FLOAT32, 1))) {
      model.predictor().warmUp(List.of(), 3);

      assertThat(model.predict(Loaded.row(1))).hasSize(1);
    }
  }

  @Test
  void warmUp_guessThatFails_isNoFault() throws Exception {
    try (Loaded model = Loaded.model("mlp", TensorSpec.of(TensorType.FLOAT32, Shape.ANY))) {
      model.predictor().warmUp(List.of(), 2);

      assertThat(model.predict(Loaded.row(new float[784]))).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "gpu", "gpu3"})
  void load_gpuAskedForAndNoneThere_stopsTheStart(String devices) throws Exception {
    org.junit.jupiter.api.Assumptions.assumeTrue(NativePreflight.engine().getGpuCount() == 0);
    assertThatThrownBy(() -> Loaded.model("affine", Map.of("load_on_devices", devices)))
        .isInstanceOf(StartException.class)
        .hasMessageMatching("load_on_devices asks for GPU \\d, but libtorch sees none; .*");
  }

  private static Tensors named(String first, Tensor one, String second, Tensor two) {
    return Tensors.named(List.of(first, second), List.of(one, two));
  }
}
