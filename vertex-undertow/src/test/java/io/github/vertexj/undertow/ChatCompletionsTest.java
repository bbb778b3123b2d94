package io.github.vertexj.undertow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.vertexj.BatchedPredictor;
import io.github.vertexj.ClientGoneException;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.chat.ChatCompletions;
import io.github.vertexj.chat.ChatRequest;
import io.github.vertexj.chat.TokenSink;
import io.github.vertexj.env.Environment;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Chat completions over real HTTP, of a model that knows the alphabet. */
@Timeout(60)
class ChatCompletionsTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final String FORMAT = "\"@requestFormat\": \"chatCompletions\", ";

  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private ModelServer server;

  /** Predicts the next letter, round and round. */
  private PredictorProvider<String, String> alphabet() {
    PredictorProvider<String, String> letters =
        PredictorProvider.of(
            String.class,
            (instances, parameters) ->
                instances.stream()
                    .map(s -> Character.toString((s.charAt(0) - 'a' + 1) % 26 + 'a'))
                    .toList());
    ChatCompletions<String, String> chat =
        ChatCompletions.of(this::generate).withModelName("letters").withTokenLimit(1_000_000);
    return letters.with(
        handlers ->
            handlers
                .onFormat(ChatCompletions.FORMAT, chat)
                .onRoute("POST", "/v1/chat/completions", chat));
  }

  /** Goes on from the first letter of the last message, until the letter after its last one. */
  private void generate(ChatRequest chat, BatchedPredictor<String, String> model, TokenSink out) {
    String message = chat.messages().get(chat.messages().size() - 1).text();
    out.promptTokens(message.length());
    if (message.equals("bad")) {
      throw new InvalidInputException("a bad word");
    }
    String end = message.contains("-") ? message.substring(message.indexOf('-') + 1) : "";
    try {
      String letter = message.substring(0, 1);
      do {
        letter = model.predict(letter);
        if (message.equals("fail") && letter.equals("i")) {
          throw new IllegalStateException("a bug");
        }
      } while (!letter.equals(end) && out.emit(letter));
    } catch (RuntimeException e) {
      failure.complete(e);
      throw e;
    }
  }

  @BeforeEach
  void start() {
    server =
        ModelServer.builder(alphabet())
            .environment(Environment.of(Map.of()))
            .port(0)
            .build()
            .start()
            .awaitReady();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String chat(String message, String members) {
    return "{%s\"messages\": [{\"role\": \"system\", \"content\": \"be brief\"}, {\"role\": \"user\", \"content\": \"%s\"}]}"
        .formatted(members, message);
  }

  private <T> HttpResponse<T> post(String path, String body, HttpResponse.BodyHandler<T> handler)
      throws Exception {
    URI uri = server.uri().resolve(path);
    return CLIENT.send(
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        handler);
  }

  private JsonNode answer(int status, String path, String body) throws Exception {
    HttpResponse<String> response = post(path, body, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return JSON.readTree(response.body());
  }

  private static void assertCompletion(JsonNode completion, String text, String reason) {
    assertThat(completion.get("id").textValue()).startsWith("chatcmpl-");
    assertThat(completion.get("object").textValue()).isEqualTo("chat.completion");
    assertThat(completion.get("created").isIntegralNumber()).isTrue();
    assertThat(completion.get("choices")).hasSize(1);
    assertThat(completion.at("/choices/0/message"))
        .hasToString("{\"role\":\"assistant\",\"content\":\"" + text + "\"}");
    assertThat(completion.at("/choices/0/finish_reason").textValue()).isEqualTo(reason);
  }

  @Test
  void C4_23_plainCompletion_isOneObject() throws Exception {
    JsonNode byItself = answer(200, "/predict", chat("a-f", FORMAT + "\"model\": \"mine\", "));
    assertCompletion(byItself, "bcde", "stop");
    assertThat(byItself.get("model").textValue()).isEqualTo("mine");
    assertThat(byItself.get("usage"))
        .hasToString("{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7}");
    JsonNode cut = answer(200, "/v1/chat/completions", chat("a", "\"max_tokens\": 3, "));
    assertCompletion(cut, "bcd", "length");
    assertThat(cut.get("model").textValue()).isEqualTo("letters");
    JsonNode stopped =
        answer(200, "/predict", chat("a", FORMAT + "\"stop\": [\"xyz\", \"def\"], "));
    assertCompletion(stopped, "bc", "stop");
  }

  @Test
  void C4_23_streamedCompletion_isChunks() throws Exception {
    HttpResponse<String> response =
        post(
            "/predict",
            chat("a-e", FORMAT + "\"stream\": true, "),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/event-stream");
    List<String> events = List.of(response.body().split("\n\n"));
    String head = events.get(0).split("\"choices\"", 2)[0];
    assertThat(head).startsWith("data: {\"id\":\"chatcmpl-").contains("chat.completion.chunk");
    String choice =
        "\"choices\":[{\"index\":0,\"delta\":%s,\"logprobs\":null,\"finish_reason\":%s}]}";
    assertThat(events)
        .containsExactly(
            head + choice.formatted("{\"role\":\"assistant\",\"content\":\"\"}", null),
            head + choice.formatted("{\"content\":\"b\"}", null),
            head + choice.formatted("{\"content\":\"c\"}", null),
            head + choice.formatted("{\"content\":\"d\"}", null),
            head + choice.formatted("{}", "\"stop\""),
            "data: [DONE]");
  }

  @Test
  void streamedUsage_comesInAChunkOfItsOwn() throws Exception {
    String members = "\"stream\": true, \"stream_options\": {\"include_usage\": true}, ";
    HttpResponse<String> response =
        post("/predict", chat("a-c", FORMAT + members), HttpResponse.BodyHandlers.ofString());
    List<JsonNode> chunks = new ArrayList<>();
    for (String event : response.body().replace("data: [DONE]\n\n", "").split("\n\n")) {
      chunks.add(JSON.readTree(event.substring("data: ".length())));
    }
    assertThat(chunks).hasSize(4);
    assertThat(chunks.get(1).get("usage").isNull()).isTrue();
    assertThat(chunks.get(3).get("choices")).isEmpty();
    assertThat(chunks.get(3).at("/usage/completion_tokens").intValue()).isEqualTo(1);
  }

  @Test
  void C4_24_instances_areCompletions() throws Exception {
    String instances = chat("a-d", FORMAT) + ", " + chat("x-a", FORMAT + "\"stream\": true, ");
    JsonNode predictions =
        answer(200, "/predict", "{\"instances\": [" + instances + "]}").get("predictions");
    assertThat(predictions).hasSize(2);
    assertCompletion(predictions.get(0), "bc", "stop");
    assertCompletion(predictions.get(1), "yz", "stop");
    String bad = "{\"instances\": [" + chat("a", FORMAT + "\"n\": 2, ") + "]}";
    assertThat(answer(400, "/predict", bad).get("error").textValue())
        .contains("$.n", "$.instances[0]");
  }

  @Test
  void badChats_are400() throws Exception {
    assertThat(answer(400, "/predict", "{" + FORMAT + "\"messages\": 1}").get("error").textValue())
        .contains("$.messages");
    assertThat(answer(400, "/predict", chat("bad", FORMAT)))
        .hasToString("{\"error\":\"a bad word\"}");
    assertThat(answer(400, "/predict", chat("bad", FORMAT + "\"stream\": true, ")))
        .hasToString("{\"error\":\"a bad word\"}");
    assertThat(answer(500, "/predict", chat("fail", FORMAT)).has("error")).isTrue();
  }

  @Test
  void failureInAStream_isAnEventAndABrokenConnection() throws Exception {
    // Not as a stream: the JDK's drops what arrived, and nobody has read yet, on a broken
    // connection.
    ByteArrayOutputStream arrived = new ByteArrayOutputStream();
    assertThatThrownBy(
            () ->
                post(
                    "/predict",
                    chat("fail", FORMAT + "\"stream\": true, "),
                    HttpResponse.BodyHandlers.ofByteArrayConsumer(
                        piece -> piece.ifPresent(arrived::writeBytes))))
        .isInstanceOf(IOException.class);
    List<String> lines = arrived.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).noneMatch(line -> line.contains("[DONE]")).contains("event: error");
    assertThat(lines.get(lines.indexOf("event: error") + 1))
        .startsWith("data: {\"error\":\"")
        .doesNotContain("a bug");
  }

  @Test
  void clientThatLeaves_stopsTheGenerator() throws Exception {
    HttpResponse<InputStream> response =
        post(
            "/predict",
            chat("a", FORMAT + "\"stream\": true, "),
            HttpResponse.BodyHandlers.ofInputStream());
    try (BufferedReader reader = reader(response)) {
      assertThat(reader.readLine()).startsWith("data: {");
    }
    assertThat(failure.get(30, TimeUnit.SECONDS)).isInstanceOf(ClientGoneException.class);
  }

  private static BufferedReader reader(HttpResponse<InputStream> response) {
    return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }
}
