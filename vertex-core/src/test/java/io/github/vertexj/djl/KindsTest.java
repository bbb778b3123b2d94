package io.github.vertexj.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertexj.DeployedModel;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.Parameters;
import io.github.vertexj.StartException;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import io.github.vertexj.WorkerPredictor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models of every way to take arguments and to hold a batch, or not; see make_kinds.py. */
final class KindsTest {
  private static final int LARGEST = 8;

  @TempDir Path directory;

  /** A model whose worker is warm. */
  private record Warm(
      LoadedModel<Tensors, Tensors> model, WorkerPredictor<Tensors, Tensors, Tensors> predictor)
      implements AutoCloseable {
    List<Tensors> predict(List<Tensors> instances) throws Exception {
      return predictor.predict(instances, Parameters.absent());
    }

    Tensors predict(Tensors instance) throws Exception {
      return predict(List.of(instance)).get(0);
    }

    @Override
    public void close() {
      predictor.close();
      model.close();
    }
  }

  private Warm warm(String name, Map<String, String> settings) throws Exception {
    LoadedModel<Tensors, Tensors> model =
        new TorchScriptProvider()
            .load(DeployedModel.of(Kinds.unpack(name, directory), settings), stage -> {});
    WorkerPredictor<Tensors, Tensors, Tensors> predictor = model.newPredictor(0);
    predictor.warmUp(List.of(), LARGEST);
    return new Warm(model, predictor);
  }

  /**
   * Each way to hold a batch: with inputs declared and without, alone and together are the same.
   */
  @ParameterizedTest
  @CsvSource({
    "Rows, float32[3], batches proven",
    "LstmStates, 'float32[4,3]', batches proven",
    "LstmStates, 'float32[*,3]', batches proven",
    "LstmOneLayer, 'float32[4,3]', batches proven",
    "SequenceFirst, 'float32[4,3]', batches proven",
    "SequenceFirst, 'float32[1,3]', batches proven",
    "Squeezed, float32[3], batches proven",
    "Squeezed, float32[1], batches proven",
    "SqueezedScore, float32[3], batches proven",
    "Named, float32[3], batches proven",
    "NamedNested, float32[3], batches proven",
    "NoneLast, float32[3], batches proven",
    "NoneFirst, float32[3], batches proven",
    "TupleOfOne, float32[3], batches proven",
    "Detections, float32[3], batches proven",
    "Detector, 'float32[3,8,6]', batches proven",
    "SavedInTraining, float32[3], batches proven",
    "MeanScalar, float32[3], instances run alone",
    "MeanRow, float32[3], instances run alone",
    "PythonFloat, float32[3], instances run alone",
    "PythonList, float32[3], instances run alone",
    "SoftmaxOverBatch, float32[3], instances run alone",
    "LessMean, float32[3], instances run alone",
    "Sorted, float32[3], instances run alone",
    "NormAlways, float32[3], instances run alone",
    "AllBoxes, float32[3], instances run alone",
    "BatchOfOne, float32[3], instances run alone",
    "TracedBatchOfOne, float32[3], instances run alone",
  })
  void predict_eachWayToHoldABatch_isTheSameAloneAndTogether(
      String name, String inputs, String found) throws Exception {
    String shape = inputs.substring(inputs.indexOf('[') + 1, inputs.length() - 1);
    try (Warm declared = warm(name, Map.of("option.inputs", inputs));
        Warm open = warm(name, Map.of())) {
      assertThat(declared.model().description()).startsWith(found);
      assertSameAsAlone(declared, instances(shape));
      assertSameAsAlone(open, instances(shape));
      assertThat(shown(open.predict(instances(shape))))
          .isEqualTo(shown(declared.predict(instances(shape))));
    }
  }

  private static void assertSameAsAlone(Warm model, List<Tensors> instances) throws Exception {
    List<String> together = shown(model.predict(instances));
    List<String> singly = new ArrayList<>();
    for (Tensors instance : instances) {
      singly.add(shown(List.of(model.predict(instance))).get(0));
    }
    assertThat(together).isEqualTo(singly);
  }

  /** What no two calls answer alike is found out, and never joined. */
  @ParameterizedTest
  @CsvSource({"DropoutAlways", "Noise", "Counter"})
  void warmUp_stateOrNoise_isRunAlone(String name) throws Exception {
    try (Warm model = warm(name, Map.of("option.inputs", "float32[3]"))) {
      assertThat(model.model().description())
          .startsWith("instances run alone: the model does not answer the same twice");
      assertThat(model.predict(instances("3"))).hasSize(6);
    }
  }

  @Test
  void predict_always_joinsWhatIsNotProvenAndRefusesWhatDoesNotFit() throws Exception {
    Map<String, String> settings =
        Map.of("option.inputs", "float32[3]", "option.batching", "always");
    try (Warm model = warm("LessMean", settings)) {
      assertThat(shown(model.predict(instances("3"))).get(0))
          .isNotEqualTo(shown(List.of(model.predict(instances("3").get(0)))).get(0));
    }
    try (Warm model = warm("AllBoxes", Map.of("option.batching", "always"))) {
      assertThatThrownBy(() -> model.predict(instances("3")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("the model's output has the shape")
          .hasMessageContaining("its first dimension must be the batch, 6");
    }
  }

  @Test
  void predict_namedTuple_hasItsNames() throws Exception {
    try (Warm model = warm("NamedNested", Map.of())) {
      assertThat(model.predict(row(1, 2, 3)).names())
          .containsExactly("inner.scores", "inner.label");
    }
  }

  @Test
  void predict_detectorOfListedImages_isADictionaryEach() throws Exception {
    try (Warm model = warm("Detector", Map.of())) {
      Tensors image = Tensors.of(Tensor.of(filled(3 * 8 * 6, 0.3f), 3, 8, 6));
      Tensors prediction = model.predict(List.of(image, image)).get(1);

      assertThat(prediction.names()).containsExactly("boxes", "scores");
      assertThat(prediction.get("boxes").toFloats()).containsExactly(0, 0, 6, 8, 0, 0, 6, 8);
    }
  }

  @Test
  void predict_namedTensors_goToTheirArguments() throws Exception {
    try (Warm model = warm("Guessed", Map.of())) {
      assertThat(model.predict(named("a", 2, "x", 1)).get(0).toFloats()).containsExactly(8);
    }
    try (Warm model = warm("This", Map.of())) {
      assertThat(model.predict(named("apple", 2, "zebra", 1)).get(0).toFloats()).containsExactly(8);
    }
  }

  @Test
  void predict_optionalLeftOutInTheMiddle_isNone() throws Exception {
    try (Warm model = warm("OptionalMiddle", Map.of())) {
      assertThat(model.predict(named("x", 5, "y", 2)).get(0).toFloats()).containsExactly(6);
      assertThat(model.predict(named("x", 5, "y", 2, "mask", 10)).get(0).toFloats())
          .containsExactly(60);
      assertThat(model.predict(named("x", 5, "y", 2, "bias", 1)).get(0).toFloats())
          .containsExactly(7);
      assertThatThrownBy(() -> model.predict(named("x", 5, "mask", 2)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("the model's input y is missing");
    }
  }

  @Test
  void predict_tupleAndDictionaryArguments_areFilled() throws Exception {
    try (Warm model = warm("TensorTuple", Map.of())) {
      Tensors pair =
          Tensors.ordered(List.of(Tensor.of(new float[] {5}), Tensor.of(new float[] {2})));
      assertThat(model.predict(pair).get(0).toFloats()).containsExactly(3);
    }
    try (Warm model = warm("DictWithRest", Map.of())) {
      assertThat(model.predict(named("b", 2, "a", 5)).get(0).toFloats()).containsExactly(6);
    }
    try (Warm model = warm("AnyArgument", Map.of())) {
      assertThat(model.predict(row(1, 2, 3)).get(0).toFloats()).containsExactly(2, 4, 6);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NeedsInt | forward's argument k: int cannot be given",
        "NeedsTuple | forward's argument size: Tuple[int, int] cannot be given",
        "NeedsNames | forward's argument names: List[str] cannot be given",
        "NeedsDict | forward's argument more: Dict[str, Tensor] cannot be given",
        "NeedsNothing | forward takes no tensor",
        "NoForward | the model has no method forward",
        "ReturnsText | forward returns Tuple[Tensor, List[str]], and str cannot be served",
        "ReturnsNumbered | forward returns Dict[int, Tensor], and Dict[int, Tensor] cannot be served",
      })
  void load_whatCanNeverBeServed_stopsTheStartInOneLine(String name, String sentence) {
    assertThatThrownBy(() -> warm(name, Map.of()))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith(sentence)
        .hasMessageNotContaining("\n");
  }

  @Test
  void load_inputsThatAreNotTheModels_stopTheStart() {
    assertThatThrownBy(() -> warm("Guessed", Map.of("option.inputs", "x:float32[1],b:float32[1]")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(
            "option.inputs names x, b, and the model takes forward(x: Tensor, a:");
  }

  @Test
  void reader_nothingDeclared_isWhatTheModelTakes() throws Exception {
    try (Warm doubles = warm("Doubles", Map.of());
        Warm tokens = warm("Tokens", Map.of())) {
      assertThat(types(doubles)).containsExactly(Map.entry("x", TensorType.FLOAT64));
      assertThat(types(tokens))
          .containsExactly(
              Map.entry("input_ids", TensorType.INT64),
              Map.entry("attention_mask", TensorType.INT64));
    }
  }

  private static List<Map.Entry<String, TensorType>> types(Warm model) {
    return ((InstanceReader.TensorGroup) model.model().instanceReader())
        .specs().stream().map(spec -> Map.entry(spec.name(), spec.type())).toList();
  }

  @Test
  void predict_floatsOfTheOtherWidth_areConverted() throws Exception {
    try (Warm doubles = warm("Doubles", Map.of());
        Warm singles = warm("Singles", Map.of())) {
      assertThat(doubles.predict(row(1, 2, 3)).get(0).type()).isEqualTo(TensorType.FLOAT64);
      Tensors wide = Tensors.of(Tensor.of(new double[] {1, 2, 3}));
      assertThat(singles.predict(wide).get(0).type()).isEqualTo(TensorType.FLOAT32);
      Tensors whole = Tensors.of(Tensor.of(new long[] {1, 2, 3}));
      assertThatThrownBy(() -> singles.predict(whole))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("int64[3]");
    }
  }

  private static List<Tensors> instances(String shape) {
    int[] dimensions =
        Arrays.stream(shape.replace("*", "5").split(",")).mapToInt(Integer::parseInt).toArray();
    int size = Arrays.stream(dimensions).reduce(1, (a, b) -> a * b);
    List<Tensors> instances = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      float[] values = new float[size];
      for (int j = 0; j < size; j++) {
        values[j] = ((i * 7 + j * 3) % 11) / 11f;
      }
      instances.add(Tensors.of(Tensor.of(values, dimensions)));
    }
    return instances;
  }

  /** Numbers to five digits: a batch of another size may be summed in another order. */
  private static List<String> shown(List<Tensors> predictions) {
    List<String> shown = new ArrayList<>();
    for (Tensors prediction : predictions) {
      StringBuilder text = new StringBuilder(prediction.toString());
      for (Tensor tensor : prediction.list()) {
        for (float number : tensor.toFloats()) {
          text.append(' ').append("%.4f".formatted(number + 0.0f));
        }
      }
      shown.add(text.toString());
    }
    return shown;
  }

  private static float[] filled(int size, float value) {
    float[] values = new float[size];
    Arrays.fill(values, value);
    return values;
  }

  private static Tensors row(float... values) {
    return Tensors.of(Tensor.of(values));
  }

  private static Tensors named(Object... namesAndNumbers) {
    List<String> names = new ArrayList<>();
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < namesAndNumbers.length; i += 2) {
      names.add((String) namesAndNumbers[i]);
      tensors.add(Tensor.of(new float[] {((Number) namesAndNumbers[i + 1]).floatValue()}));
    }
    return Tensors.named(names, tensors);
  }
}
