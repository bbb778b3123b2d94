package io.github.vertexj.tokenstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.vertexj.batch.BatchListener;
import io.github.vertexj.env.Environment;
import io.github.vertexj.undertow.ModelServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The trained model behind real HTTP. */
class AliceTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final AtomicInteger STEPS = new AtomicInteger();
  private static final AtomicInteger BATCHES = new AtomicInteger();
  private static ModelServer server;

  @BeforeAll
  static void start() {
    BatchListener counting =
        new BatchListener() {
          @Override
          public void onBatch(int instances, long queuedNanos, long runNanos) {
            STEPS.addAndGet(instances);
            BATCHES.incrementAndGet();
          }
        };
    server =
        ModelServer.builder(new AliceProvider())
            .environment(Environment.of(Map.of("AIP_STORAGE_URI", "alice")))
            .handler(handler -> handler.listener(counting))
            .port(0)
            .build()
            .start()
            .awaitReady();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpRequest request(String path, String type, String body) {
    URI uri = server.uri().resolve(path);
    return HttpRequest.newBuilder(uri)
        .header("Content-Type", type)
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static HttpResponse<String> post(String path, String type, String body) throws Exception {
    return CLIENT.send(request(path, type, body), BodyHandlers.ofString());
  }

  private static JsonNode json(int status, String path, String body) throws Exception {
    HttpResponse<String> response = post(path, "application/json", body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return JSON.readTree(response.body());
  }

  /** A chat that always gets the same answer. */
  private static String chat(String message, String members) {
    return "{\"@requestFormat\": \"chatCompletions\", \"temperature\": 0, %s\"messages\": [{\"role\": \"user\", \"content\": \"%s\"}]}"
        .formatted(members, message);
  }

  private static String content(JsonNode completion) {
    return completion.at("/choices/0/message/content").textValue();
  }

  @Test
  void C4_6_text_goesOnLetterByLetter() throws Exception {
    HttpResponse<String> response = post("/predict", "text/plain", "Alice looked at the ");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Transfer-Encoding")).contains("chunked");
    assertThat(response.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
    assertThat(response.body()).matches("[A-Za-z !\"'(),.:;?_\\[\\]-]{1,1000}");
    assertThat(post("/predict", "text/plain", "").statusCode()).isEqualTo(200);
    assertThat(post("/predict", "text/plain", "Aliçe 愛麗絲 7").statusCode()).isEqualTo(200);
  }

  @Test
  void C4_7_prompt_isAnsweredWholeOrWithEvents() throws Exception {
    assertThat(json(200, "/generate", "{\"prompt\": \"The Queen \"}").get("text").textValue())
        .isNotEmpty();
    String streamed =
        "{\"prompt\": \"The Queen \", \"stream\": true, \"@requestFormat\": \"generate\"}";
    for (String path : List.of("/generate", "/predict")) {
      HttpResponse<String> response = post(path, "application/json", streamed);
      assertThat(response.body()).endsWith("data: [DONE]\n\n");
      assertThat(text(response.body())).isNotEmpty();
    }
    assertThat(json(400, "/generate", "{\"prompt\": 7}").get("error").textValue())
        .contains("$.prompt");
  }

  private static String text(String events) throws Exception {
    StringBuilder text = new StringBuilder();
    for (String event : events.replace("data: [DONE]\n\n", "").split("\n\n")) {
      text.append(JSON.readTree(event.substring("data: ".length())).textValue());
    }
    return text.toString();
  }

  @Test
  void C4_23_chat_isAnswered() throws Exception {
    JsonNode answer = json(200, "/predict", chat("Who are you?", "\"max_tokens\": 60, "));
    assertThat(content(answer)).hasSize(60);
    assertThat(answer.at("/choices/0/finish_reason").textValue()).isEqualTo("length");
    assertThat(answer.at("/usage/prompt_tokens").intValue()).isEqualTo(12);
    JsonNode again =
        json(200, "/v1/chat/completions", chat("Who are you?", "\"max_tokens\": 60, "));
    assertThat(content(again)).isEqualTo(content(answer));
    HttpResponse<String> streamed =
        post(
            "/predict",
            "application/json",
            chat("Who are you?", "\"max_tokens\": 60, \"stream\": true, "));
    StringBuilder text = new StringBuilder();
    for (String event : streamed.body().replace("data: [DONE]\n\n", "").split("\n\n")) {
      JsonNode chunk = JSON.readTree(event.substring("data: ".length()));
      text.append(chunk.at("/choices/0/delta/content").asText());
    }
    assertThat(text).hasToString(content(answer));
  }

  @Test
  void streamsAtTheSameTime_shareBatchesAndStayApart() throws Exception {
    List<String> chats = new ArrayList<>();
    List<String> alone = new ArrayList<>();
    for (String name :
        List.of("Alice", "Rabbit", "Queen", "Hatter", "Turtle", "Cat", "Duchess", "Mouse")) {
      chats.add(chat("The " + name + " said", "\"max_tokens\": 40, "));
      alone.add(content(json(200, "/predict", chats.get(chats.size() - 1))));
    }
    int steps = STEPS.get();
    int batches = BATCHES.get();
    List<CompletableFuture<HttpResponse<String>>> replies = new ArrayList<>();
    for (int round = 0; round < 4; round++) {
      for (String chat : chats) {
        replies.add(
            CLIENT.sendAsync(
                request("/predict", "application/json", chat), BodyHandlers.ofString()));
      }
    }
    for (int i = 0; i < replies.size(); i++) {
      String together = content(JSON.readTree(replies.get(i).join().body()));
      assertThat(together).isEqualTo(alone.get(i % alone.size()));
    }
    assertThat(BATCHES.get() - batches).isLessThan(STEPS.get() - steps);
  }

  @Test
  void instance_isOneStep() throws Exception {
    JsonNode first =
        json(200, "/predict", "{\"instances\": [{\"letter\": 5}]}").at("/predictions/0");
    assertThat(first.get("scores")).hasSize(67);
    String second =
        "{\"instances\": [{\"letter\": 6, \"state\": %s}]}".formatted(first.get("state"));
    assertThat(json(200, "/predict", second).at("/predictions/0/state")).hasSize(96);
    for (String bad :
        List.of("{\"letter\": 67}", "{\"letter\": -1}", "{\"letter\": 1, \"state\": [1]}")) {
      json(400, "/predict", "{\"instances\": [" + bad + "]}");
    }
  }
}
