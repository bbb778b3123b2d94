package io.github.vertexj.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertexj.InvalidInputException;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.StartException;
import io.github.vertexj.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OnnxTableProviderTest {
  private static final Map<String, @Nullable Object> ROW =
      Map.of("age", 39, "job", "Sales", "children", 2, "retired", false);

  private static LoadedModel<Map<String, @Nullable Object>, Map<String, Object>> load(
      String name, String... settings) throws Exception {
    Map<String, String> all = new HashMap<>(Map.of("maxWorkers", "1"));
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    return Models.load(new OnnxTableProvider(), name, all);
  }

  @Test
  void predict_numbersAndText_goIntoTheirColumns() throws Exception {
    try (var model = load("columns")) {
      List<Map<String, Object>> predictions =
          Models.predict(model, ROW, with("job", "Köchin"), with("retired", true));

      assertThat(row(predictions.get(0))).containsExactly(39, 1, 0, 2, 0);
      assertThat(row(predictions.get(1))).containsExactly(39, 0, 0, 2, 0);
      assertThat(row(predictions.get(2))).containsExactly(39, 1, 0, 2, 1);
    }
  }

  private static float[] row(Map<String, Object> prediction) {
    return ((Tensor) prediction.get("row")).toFloats();
  }

  private static Map<String, @Nullable Object> with(String column, @Nullable Object value) {
    Map<String, @Nullable Object> row = new HashMap<>(ROW);
    row.put(column, value);
    return row;
  }

  @Test
  void predict_missingValues_areNanAndEmpty() throws Exception {
    try (var model = load("columns")) {
      Map<String, Object> prediction = Models.predict(model, with("age", null)).get(0);
      assertThat(((Tensor) prediction.get("missing")).integer(0)).isEqualTo(1);
      assertThat(row(Models.predict(model, with("job", null)).get(0)))
          .containsExactly(39, 0, 0, 2, 0);
    }
  }

  @Test
  void predict_missingOrUnknownColumn_isNamed() throws Exception {
    Map<String, @Nullable Object> less = new HashMap<>(ROW);
    less.remove("job");
    try (var model = load("columns")) {
      assertThatThrownBy(() -> Models.predict(model, ROW, less))
          .isInstanceOfSatisfying(
              InvalidInputException.class, e -> assertThat(e.index()).isEqualTo(1))
          .hasMessageContaining("the column job is missing");
      assertThatThrownBy(() -> Models.predict(model, with("wage", 1)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("the column wage is unknown; the model's are age, job");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "age, old, a number",
    "job, 3, text",
    "children, 1.5, a whole number",
    "retired, yes, true or false"
  })
  void predict_wrongKindOfValue_isNamed(String column, String value, String wanted)
      throws Exception {
    Object wrong = column.equals("job") ? Integer.valueOf(value) : value;
    try (var model = load("columns")) {
      assertThatThrownBy(
              () ->
                  Models.predict(
                      model, with(column, column.equals("children") ? (Object) 1.5 : wrong)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(column + " must be " + wanted);
    }
  }

  @Test
  void predict_wholeNumberWrittenAsADouble_isOne() throws Exception {
    try (var model = load("columns")) {
      assertThat(row(Models.predict(model, with("children", 2.0)).get(0)))
          .containsExactly(39, 1, 0, 2, 0);
    }
  }

  @Test
  void predict_missingWholeNumber_isRefused() throws Exception {
    try (var model = load("columns")) {
      assertThatThrownBy(() -> Models.predict(model, with("children", null)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("children must be a whole number");
    }
  }

  @Test
  void predict_zipMap_isAMapByLabel() throws Exception {
    try (var model = load("label_and_map")) {
      List<Map<String, Object>> predictions =
          Models.predict(model, Map.of("x", List.of(3, 0)), Map.of("x", List.of(0, 3)));

      assertThat(predictions.get(0)).containsOnlyKeys("label", "probabilities");
      assertThat(predictions.get(0).get("label")).isEqualTo(0L);
      assertThat(predictions.get(1).get("label")).isEqualTo(1L);
      assertThat(((Map<?, ?>) predictions.get(0).get("probabilities")).keySet())
          .hasToString("[7, 9]");
    }
  }

  @Test
  void predict_textOutput_isText() throws Exception {
    try (var model = load("label")) {
      assertThat(Models.predict(model, Map.of("x", List.of(3, 0)), Map.of("x", List.of(0, 3))))
          .extracting(prediction -> prediction.get("y"))
          .containsExactly("no", "yes");
    }
  }

  @Test
  void predict_textIn_isTextOut() throws Exception {
    try (var model = load("identity_string")) {
      assertThat(Models.predict(model, Map.of("x", List.of("é", ""))).get(0).get("y"))
          .isEqualTo(List.of("é", ""));
    }
  }

  @Test
  void predict_namedElementsOfOneInput_areARow() throws Exception {
    try (var model = load("affine", "option.columns", "height, width")) {
      Map<String, Object> named = Models.predict(model, Map.of("width", 2, "height", 1)).get(0);
      Map<String, Object> list = Models.predict(model, Map.of("x", List.of(1, 2))).get(0);

      assertThat(((Tensor) named.get("y")).toFloats()).containsExactly(3, 5);
      assertThat(((Tensor) list.get("y")).toFloats()).containsExactly(3, 5);
      assertThatThrownBy(() -> Models.predict(model, Map.of("width", 2)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("the column height is missing");
    }
  }

  @Test
  void load_asManyNamesAsElements_orNot() {
    assertThatThrownBy(() -> load("affine", "option.columns", "height,width,depth"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("names 3 columns, but the model's inputs are [x:float[2]]");
    assertThatThrownBy(() -> load("affine", "option.columns", "height,height"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("different names");
  }

  @Test
  void predict_raggedOrWrongShape_isRefused() throws Exception {
    try (var model = load("identity_string")) {
      assertThatThrownBy(() -> Models.predict(model, Map.of("x", List.of("a"))))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("x must have the shape [2], not [1]");
      assertThatThrownBy(() -> Models.predict(model, Map.of("x", List.of("a", List.of("b")))))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("equal sizes");
    }
  }
}
