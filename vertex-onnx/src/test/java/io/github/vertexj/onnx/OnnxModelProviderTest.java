package io.github.vertexj.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.vertexj.Check;
import io.github.vertexj.DeployedModel;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory with an ONNX file behind real HTTP, in every format. */
final class OnnxModelProviderTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void tensors_inEnvelopes() throws Exception {
    try (Served model = Served.model("affine")) {
      assertThat(model.json("{\"instances\": [[1, 2], [3, 4]]}"))
          .isEqualTo("200 {\"predictions\":[[3.0,5.0],[7.0,9.0]]}");
      assertThat(model.json("{\"instances\": [{\"x\": [1, 2]}]}"))
          .isEqualTo("200 {\"predictions\":[[3.0,5.0]]}");
      assertThat(model.json("{\"instances\": [[1, 2], [1, 2, 3]]}"))
          .startsWith("400 ")
          .contains("$.instances[1]");
    }
  }

  @Test
  void tensors_inTheOpenInferenceProtocol_withTheFilesNamesAndTypes() throws Exception {
    try (Served model = Served.model("two_inputs")) {
      String reply =
          model.json(
              """
              {"inputs": [
                {"name": "a", "datatype": "FP32", "shape": [2, 2], "data": [1, 2, 3, 4]},
                {"name": "b", "datatype": "INT64", "shape": [2, 3], "data": [1, 2, 3, 0, 0, 1]}]}""");

      assertThat(reply).startsWith("200 ");
      JsonNode outputs = JSON.readTree(reply.substring(4)).get("outputs");
      assertThat(outputs.get(0).get("name").asText()).isEqualTo("sum");
      assertThat(outputs.get(0).get("datatype").asText()).isEqualTo("FP32");
      assertThat(outputs.get(0).get("data").toString()).isEqualTo("[7.0,8.0,4.0,5.0]");
    }
  }

  @Test
  void tensors_asNpyFiles() throws Exception {
    try (Served model = Served.model("affine")) {
      HttpResponse<byte[]> reply = model.post("application/x-npy", npy(1, 2, 3, 4));

      assertThat(reply.statusCode()).isEqualTo(200);
      ByteBuffer bytes = ByteBuffer.wrap(reply.body()).order(ByteOrder.LITTLE_ENDIAN);
      bytes.position(reply.body().length - 4 * Float.BYTES);
      assertThat(List.of(bytes.getFloat(), bytes.getFloat(), bytes.getFloat(), bytes.getFloat()))
          .containsExactly(3f, 5f, 7f, 9f);
    }
  }

  private static byte[] npy(float... values) {
    String head = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }";
    byte[] padded =
        (head + " ".repeat(117 - head.length()) + "\n").getBytes(StandardCharsets.US_ASCII);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) padded.length, 0});
    out.writeBytes(padded);
    ByteBuffer data = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    out.writeBytes(data.array());
    return out.toByteArray();
  }

  @Test
  void columns_asObjects() throws Exception {
    try (Served model = Served.model("columns")) {
      String row = "{\"age\": null, \"job\": \"Nurse\", \"children\": 2.0, \"retired\": true}";
      assertThat(model.json("{\"instances\": [" + row.replace("null", "39") + "]}"))
          .isEqualTo(
              "200 {\"predictions\":[{\"row\":[39.0,0.0,1.0,2.0,1.0],\"missing\":[false]}]}");
      assertThat(model.json("{\"instances\": [" + row.replace("age", "wage") + "]}"))
          .startsWith("400 ")
          .contains("the column wage is unknown; the model's are age, job, children, retired");
      assertThat(model.json("{\"instances\": [" + row.replace("\"Nurse\"", "7") + "]}"))
          .startsWith("400 ")
          .contains("job must be text");
      assertThat(model.json("{\"instances\": [{\"job\": \"x\"}]}"))
          .startsWith("400 ")
          .contains("the column age is missing");
      assertThat(model.json("{\"instances\": [[1, 2]]}"))
          .startsWith("400 ")
          .contains("an object of the columns age, job, children, retired");
    }
  }

  @Test
  void zipMap_isAnObject() throws Exception {
    try (Served both = Served.model("label_and_map");
        Served alone = Served.model("map_by_text");
        Served label = Served.model("label")) {
      JsonNode prediction = both.predict(JSON.readTree("[3, 0]")).get(0);
      assertThat(prediction.get("label").asInt()).isZero();
      assertThat(prediction.get("probabilities").get("7").asDouble()).isBetween(0.9, 1.0);
      assertThat(alone.predict(JSON.readTree("[0, 3]")).get(0).get("yes").asDouble())
          .isBetween(0.9, 1.0);
      assertThat(label.json("{\"instances\": [[3, 0], [0, 3]]}"))
          .isEqualTo("200 {\"predictions\":[\"no\",\"yes\"]}");
    }
  }

  @Test
  void namedColumnsOfOneInput_asObjectsAndArrays(@TempDir Path directory) throws Exception {
    Files.copy(
        Models.directory("affine").resolve("model.onnx"), directory.resolve("anything.onnx"));
    Files.writeString(
        directory.resolve("serving.properties"),
        "option.columns=height,width\nengine=OnnxRuntime\n");
    try (Served model = Served.directory(directory)) {
      assertThat(model.json("{\"instances\": [{\"width\": 2, \"height\": 1}, [3, 4]]}"))
          .isEqualTo("200 {\"predictions\":[[3.0,5.0],[7.0,9.0]]}");
      assertThat(model.json("{\"instances\": [{\"width\": 2, \"height\": \"1\"}]}"))
          .startsWith("400 ")
          .contains("height must be a number");
    }
  }

  @Test
  void samples_areTriedBeforeTheFirstRequest(@TempDir Path directory) throws Exception {
    Files.copy(Models.directory("columns").resolve("model.onnx"), directory.resolve("model.onnx"));
    String row = "{\"age\": 39, \"job\": \"Sales\", \"children\": 2, \"retired\": false}\n";
    Files.writeString(directory.resolve("samples.jsonl"), row + row.replace("39", "40"));
    try (Served model = Served.directory(directory)) {
      assertThat(model.json("{\"instances\": [" + row + "]}")).startsWith("200 ");
    }
    Files.writeString(directory.resolve("samples.jsonl"), row.replace("age", "wage"));
    assertThatThrownBy(() -> Served.directory(directory).close())
        .hasMessageContaining("the column wage is unknown");
  }

  @Test
  void batchSize_aboveAFixedBatch_stopsTheStart(@TempDir Path directory) throws Exception {
    Files.copy(
        Models.directory("fixed_four").resolve("model.onnx"), directory.resolve("model.onnx"));
    Files.writeString(directory.resolve("serving.properties"), "batch_size=8\n");
    assertThatThrownBy(() -> Served.directory(directory).close())
        .hasMessageContaining("the model's batch is fixed to 4");
    Files.writeString(directory.resolve("serving.properties"), "batch_size=3\n");
    try (Served model = Served.directory(directory)) {
      assertThat(model.json("{\"instances\": [[1, 2], [3, 4], [5, 6], [7, 8], [9, 9]]}"))
          .isEqualTo(
              "200 {\"predictions\":[[3.0,5.0],[7.0,9.0],[11.0,13.0],[15.0,17.0],[19.0,19.0]]}");
    }
  }

  @Test
  void checks_ofAModelThatCanBeServed_pass() {
    assertThat(new OnnxModelProvider().checks(Models.deployed("affine", Map.of())))
        .allMatch(check -> check.verdict() == Check.Verdict.PASSED)
        .anyMatch(check -> check.finding().contains("cpu with ONNX Runtime 1."));
  }

  @Test
  void checks_ofAnEmptyDirectory_sayWhatToDo(@TempDir Path directory) {
    assertThat(new OnnxModelProvider().checks(DeployedModel.of(directory, Map.of())))
        .anyMatch(
            check ->
                check.verdict() == Check.Verdict.FAILED
                    && check.finding().contains("no .onnx file"));
  }
}
