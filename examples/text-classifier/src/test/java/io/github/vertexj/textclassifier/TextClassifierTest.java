package io.github.vertexj.textclassifier;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.vertexj.djl.DjlProvider;
import io.github.vertexj.undertow.ModelServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The example, and models behind each of DJL's HuggingFace translators; see the two scripts. */
final class TextClassifierTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Path MODEL = Path.of("model");
  private static final String PACKAGE = "ai.djl.huggingface.translator.";

  @TempDir Path directory;

  @Test
  void example_answersThroughTheEnvelope() throws Exception {
    try (ModelServer server = started(MODEL)) {
      JsonNode predictions =
          predict(server, "[\"the room was lovely\", {\"text\": \"the food was not great\"}]");

      assertThat(predictions.get(0).get(0).get("className").asText()).isEqualTo("praise");
      assertThat(predictions.get(1).get(0).get("className").asText()).isEqualTo("complaint");
    }
  }

  /** By its factory alone, in the JSON that a person would send; eight clients get their own. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "TextClassification | TextClassification | \"the %s was great\"",
        "TextClassification | TextClassification | {\"text\": \"the %s was great\"}",
        "Reranking | TextClassification | {\"text\": \"the %s\", \"text_pair\": \"was great\"}",
        "TextEmbedding | TextEmbedding | \"the %s was great\"",
        "TokenClassification | TokenClassification | \"the %s was great\"",
        "FillMask | FillMask | \"the %s was [MASK]\"",
        "QuestionAnswering | QuestionAnswering | {\"question\": \"what was great\", \"context\": \"the %s\"}",
        "ZeroShotClassification | ZeroShotClassification"
            + " | {\"text\": \"the %s\", \"candidate_labels\": [\"great\", \"slow\"]}",
      })
  void factoryAlone_takesWhatAPersonSends(String model, String factory, String instance)
      throws Exception {
    try (ModelServer server = started(prepared(model, factory))) {
      List<String> instances = new ArrayList<>();
      List<String> expected = new ArrayList<>();
      for (String word : new String[] {"room", "food", "service", "film", "app", "late flight"}) {
        instances.add(instance.formatted(word));
        expected.add(shown(predict(server, "[" + instance.formatted(word) + "]").get(0)));
      }
      assertThat(expected).doesNotContainNull();
      if (!model.equals("QuestionAnswering")) {
        assertThat(expected).doesNotHaveDuplicates();
      }
      ExecutorService clients = Executors.newFixedThreadPool(8);
      try {
        List<Future<String>> replies = new ArrayList<>();
        for (int i = 0; i < 96; i++) {
          String one = "[" + instances.get(i % instances.size()) + "]";
          replies.add(clients.submit(() -> shown(predict(server, one).get(0))));
        }
        for (int i = 0; i < replies.size(); i++) {
          assertThat(replies.get(i).get()).isEqualTo(expected.get(i % expected.size()));
        }
      } finally {
        clients.shutdownNow();
      }
      JsonNode together = predict(server, instances.toString());
      for (int i = 0; i < instances.size(); i++) {
        assertThat(shown(together.get(i))).isEqualTo(expected.get(i));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "FillMask | FillMask | \"no mask\"",
        "QuestionAnswering | QuestionAnswering | {\"question\": \"what\"}",
        "QuestionAnswering | QuestionAnswering | \"what\"",
        "ZeroShotClassification | ZeroShotClassification | {\"text\": \"x\"}",
        "TextEmbedding | TextEmbedding | 7",
        "TextEmbedding | TextEmbedding | null",
        "TokenClassification | TokenClassification | {\"text\": \"a\", \"text_pair\": \"b\"}",
      })
  void instanceThatCannotBeRead_isTheCallersFault(String model, String factory, String instance)
      throws Exception {
    try (ModelServer server = started(prepared(model, factory))) {
      HttpResponse<String> reply = post(server, "{\"instances\": [" + instance + "]}");

      assertThat(reply.statusCode()).as(reply.body()).isEqualTo(400);
    }
  }

  /** Numbers to four digits: a text beside longer ones is padded, and summed in another order. */
  private static String shown(JsonNode prediction) {
    if (prediction.isFloatingPointNumber()) {
      return "%.4f".formatted(prediction.doubleValue() + 0.0);
    }
    if (!prediction.isContainerNode()) {
      return prediction.toString();
    }
    List<String> parts = new ArrayList<>();
    if (prediction.isArray()) {
      prediction.forEach(part -> parts.add(shown(part)));
    } else {
      prediction.properties().forEach(f -> parts.add(f.getKey() + "=" + shown(f.getValue())));
    }
    return parts.toString();
  }

  private Path prepared(String model, String factory) throws Exception {
    Path prepared = Files.createDirectories(directory.resolve(model));
    try (ZipInputStream zip =
        new ZipInputStream(getClass().getResourceAsStream("/translators.zip"))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().equals(model + ".pt")) {
          Files.write(prepared.resolve(entry.getName()), zip.readAllBytes());
        }
      }
    }
    String tokenizer = Files.readString(MODEL.resolve("tokenizer.json"));
    Files.writeString(prepared.resolve("tokenizer.json"), tokenizer);
    String labels = Files.readString(MODEL.resolve("config.json"));
    if (model.equals("ZeroShotClassification")) {
      labels =
          "{\"id2label\": {\"0\": \"contradiction\", \"1\": \"neutral\", \"2\": \"entailment\"},"
              + " \"label2id\": {\"contradiction\": 0, \"neutral\": 1, \"entailment\": 2}}";
    }
    Files.writeString(prepared.resolve("config.json"), labels);
    Files.writeString(
        prepared.resolve("serving.properties"),
        "translatorFactory=" + PACKAGE + factory + "TranslatorFactory\n");
    return prepared;
  }

  private static ModelServer started(Path model) {
    return ModelServer.builder(new DjlProvider())
        .storageUri(model.toString())
        .port(0)
        .build()
        .start()
        .awaitReady();
  }

  private static JsonNode predict(ModelServer server, String instances) throws Exception {
    HttpResponse<String> reply = post(server, "{\"instances\": " + instances + "}");
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return JSON.readTree(reply.body()).get("predictions");
  }

  private static HttpResponse<String> post(ModelServer server, String body) throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + "/predict"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
