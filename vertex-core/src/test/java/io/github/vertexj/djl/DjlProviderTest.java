package io.github.vertexj.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.modality.Classifications;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.vertexj.Check;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.OutOfMemoryException;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.StartException;
import io.github.vertexj.Tensors;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DjlProviderTest {

  @Test
  void serviceLoader_findsIt() {
    assertThat(ServiceLoader.load(PredictorProvider.class))
        .filteredOn(DjlProvider.class::isInstance)
        .singleElement()
        .satisfies(provider -> assertThat(provider.servesAnyModel()).isTrue());
  }

  @Test
  void predict_noTranslator_isOfTensors() throws Exception {
    try (LoadedModel<Object, Object> model = loaded("affine", "load_on_devices", "cpu")) {
      Tensors prediction = (Tensors) predict(model, Loaded.row(1)).get(0);

      assertThat(prediction.get(0).toFloats()).containsExactly(3);
      assertThat(model.instanceReader()).isInstanceOf(InstanceReader.TensorGroup.class);
      assertThat(model.stackable(Loaded.row(1), Loaded.row(1, 2))).isFalse();
      assertThat(model.device()).isEqualTo("cpu");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stack", "none"})
  void predict_translator_runsAroundTheModel(String batchifier) throws Exception {
    try (LoadedModel<Object, Object> model =
        translated("affine", "option.batchifier", batchifier)) {
      assertThat(model.instanceReader()).isEqualTo(InstanceReader.of(JsonNode.class));
      List<Object> predictions = predict(model, "1 2", "3 4");

      assertThat(predictions.get(0)).hasToString("{y=[21.0, 41.0]}");
      assertThat(predictions.get(1)).hasToString("{y=[61.0, 81.0]}");
    }
  }

  @Test
  void predict_translatorOfADictionaryModel_seesNames() throws Exception {
    try (LoadedModel<Object, Object> model = translated("dict_output")) {
      assertThat(predict(model, "1 2").get(0)).hasToString("{double=[20.0, 40.0], sum=[30.0]}");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bf16_output", "int16_output", "half_output"})
  void predict_translatorOfAModelWithAnOddType_canReadIt(String name) throws Exception {
    try (LoadedModel<Object, Object> model = translated(name)) {
      assertThat(predict(model, "1 2").get(0)).hasToString("{y=[10.0, 20.0]}");
    }
  }

  @Test
  void predict_translatorInHalfPrecision_makesAndReadsFloat32() throws Exception {
    try (LoadedModel<Object, Object> model = translated("identity", "option.dtype", "bf16")) {
      assertThat(predict(model, "1.11 2").get(0)).hasToString("{y=[11.125, 20.0]}");
    }
  }

  @Test
  void predict_translatorRefusesAnInstance_isTheCallersFault() throws Exception {
    try (LoadedModel<Object, Object> model = translated("affine")) {
      assertThatThrownBy(() -> predict(model, "secret"))
          .isInstanceOfSatisfying(InvalidInputException.class, e -> assertThat(e.index()).isZero())
          .hasMessage("the instance cannot be read as the model's input");
      assertThatThrownBy(() -> predict(model, "1", null))
          .isInstanceOfSatisfying(InvalidInputException.class, e -> assertThat(e.index()).isOne());
      assertThat(predict(model, "1", "2 3"))
          .hasToString("[{y=[21.0]}, {y=[41.0, 61.0]}]"); // of different shapes, so each alone
    }
  }

  @Test
  void predict_translatedForwardFails_isClassified() throws Exception {
    try (LoadedModel<Object, Object> model = translated("mlp")) {
      assertThatThrownBy(() -> predict(model, "1 2"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith("the model cannot take an instance: mat1 and mat2");
    }
    try (LoadedModel<Object, Object> model = translated("oom_always")) {
      assertThatThrownBy(() -> predict(model, "1 2")).isInstanceOf(OutOfMemoryException.class);
    }
    try (LoadedModel<Object, Object> model =
        translated("wrong_rows", "option.batching", "always")) {
      assertThatThrownBy(() -> predict(model, "1", "2"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("has the shape (1, 1) for 2 instances");
    }
  }

  /** DJL's own predictor loses the inputs of a forward that fails, here 256 KiB of libtorch's. */
  @Test
  void predict_translatedForwardFails_freesItsInputs() throws Exception {
    try (LoadedModel<Object, Object> model = translated("raises_on_negative")) {
      Predictor<Object, Object> predictor = model.newPredictor(0);

      NativeHazardsTest.assertFlat(
          () ->
              assertThatThrownBy(() -> predictor.predict(List.of("-2000"), Parameters.absent()))
                  .hasMessageContaining("negative value"));
    }
  }

  @Test
  void load_translatorFactoryThatIsNone_saysSo() throws Exception {
    for (String name : new String[] {"no.such.Factory", "java.lang.String"}) {
      assertThatThrownBy(() -> loaded("affine", "translatorFactory", name))
          .isInstanceOf(StartException.class)
          .hasMessageStartingWith("translatorFactory=" + name + " in serving.properties: ");
    }
  }

  @Test
  void load_instanceClassTheFactoryLacks_namesThoseItHas() throws Exception {
    assertThatThrownBy(() -> translated("affine", "option.instanceClass", "java.net.URL"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("set option.instanceClass to one of [java.lang.String]");
  }

  @Test
  void load_optionThatNothingReads_isRefused() {
    assertThatThrownBy(() -> loaded("affine", "option.input", "float32"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("nothing reads [option.input]");
    assertThat(new DjlProvider().checks(DeployedModel.of(null, Map.of("option.input", "x"))))
        .filteredOn(check -> check.verdict() == Check.Verdict.FAILED)
        .extracting(Check::finding)
        .containsExactly(
            "nothing reads [option.input] in serving.properties without a translatorFactory");
  }

  @Test
  void predictionWriter_writesWhatDjlKnowsAsItsJsonAndNoNan() throws Exception {
    try (LoadedModel<Object, Object> model = translated("affine")) {
      assertThat(written(model, new Classifications(List.of("a", "b"), List.of(0.75, 0.25))))
          .contains("\"className\":\"a\"")
          .contains("0.75");
      assertThat(written(model, Map.of("y", 1))).isEqualTo("{\"y\":1}");
      assertThatThrownBy(
              () -> written(model, new Classifications(List.of("a"), List.of(Double.NaN))))
          .isInstanceOf(java.io.IOException.class);
    }
  }

  private static String written(LoadedModel<?, Object> model, Object prediction) throws Exception {
    StringWriter text = new StringWriter();
    JsonFactory factory = new ObjectMapper().getFactory();
    try (JsonGenerator generator = factory.createGenerator(text)) {
      model.predictionWriter().write(prediction, generator);
    }
    return text.toString();
  }

  private static List<Object> predict(LoadedModel<Object, Object> model, Object... instances)
      throws Exception {
    return model.newPredictor(0).predict(Arrays.asList(instances), Parameters.absent());
  }

  private static LoadedModel<Object, Object> translated(String model, String... settings)
      throws Exception {
    List<String> all = new ArrayList<>(List.of(settings));
    all.addAll(
        List.of("translatorFactory", TinyTranslatorFactory.class.getName(), "option.scale", "10"));
    return loaded(model, all.toArray(String[]::new));
  }

  private static LoadedModel<Object, Object> loaded(String model, String... settings)
      throws Exception {
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      map.put(settings[i], settings[i + 1]);
    }
    return new DjlProvider().load(DeployedModel.of(Loaded.directory(model), map), stage -> {});
  }
}
