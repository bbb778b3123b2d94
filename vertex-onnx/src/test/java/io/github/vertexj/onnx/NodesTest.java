package io.github.vertexj.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The ONNX project's own node tests, each a model of one operator behind HTTP: what is loaded gives
 * the specification's numbers, and what is refused is known by name.
 */
final class NodesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double TOLERANCE = 1e-4;

  /** What ONNX Runtime itself refuses or answers otherwise than the specification. */
  private static final List<String> NOT_SERVED =
      List.of(
          "test_bernoulli", // random
          "test_bernoulli_double",
          "test_gru_batchwise", // layout=1 is not there
          "test_lstm_batchwise",
          "test_maxunpool_export_with_output_shape", // answered otherwise, as its own exclusions
          // say
          "test_reshape_extended_dims", // refused by its optimiser
          "test_simple_rnn_batchwise");

  @Test
  void nodeTests_giveTheReferenceOutputs(@TempDir Path temporary) throws Exception {
    TreeMap<String, String> faults = new TreeMap<>();
    int right = 0;
    for (JsonNode test : tests()) {
      String name = test.get("name").asText();
      Path directory = Files.createDirectory(temporary.resolve(name));
      Files.write(
          directory.resolve("model.onnx"), Base64.getDecoder().decode(test.get("model").asText()));
      try (Served model = Served.directory(directory)) {
        JsonNode prediction = model.predict(test.get("instance")).get(0);
        if (near(test.get("prediction"), prediction)) {
          right++;
        } else {
          faults.put(name, test.get("prediction") + " became " + prediction);
        }
      } catch (RuntimeException | AssertionError e) {
        faults.put(name, String.valueOf(e.getMessage()));
      }
    }
    assertThat(right).isGreaterThan(200);
    assertThat(faults.keySet()).as(faults.toString()).containsExactlyElementsOf(NOT_SERVED);
  }

  private static List<JsonNode> tests() throws Exception {
    List<JsonNode> tests = new ArrayList<>();
    try (InputStream file = NodesTest.class.getResourceAsStream("/nodes.jsonl.gz");
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        tests.add(JSON.readTree(line));
      }
    }
    return tests;
  }

  /** Whether numbers differ by no more than a part of the largest of them. */
  private static boolean near(JsonNode expected, JsonNode actual) {
    return near(expected, actual, TOLERANCE * Math.max(1, largest(expected)));
  }

  private static double largest(JsonNode value) {
    double largest = Math.abs(value.asDouble());
    for (JsonNode element : value) {
      largest = Math.max(largest, largest(element));
    }
    return largest;
  }

  private static boolean near(JsonNode expected, JsonNode actual, double most) {
    if (expected.isNumber() && actual.isNumber()) {
      return Math.abs(expected.asDouble() - actual.asDouble()) <= most;
    }
    if (!expected.isContainerNode()) {
      return expected.equals(actual);
    }
    boolean same =
        expected.size() == actual.size() && expected.getNodeType() == actual.getNodeType();
    for (int i = 0; same && expected.isArray() && i < expected.size(); i++) {
      same = near(expected.get(i), actual.get(i), most);
    }
    for (var field : expected.properties()) {
      same =
          same
              && actual.has(field.getKey())
              && near(field.getValue(), actual.get(field.getKey()), most);
    }
    return same;
  }
}
