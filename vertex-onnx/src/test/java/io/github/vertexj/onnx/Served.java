package io.github.vertexj.onnx;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.vertexj.env.Environment;
import io.github.vertexj.undertow.ModelServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;

/** A model directory behind real HTTP, without a line of Java of its own. */
final class Served implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final ModelServer server;

  private Served(ModelServer server) {
    this.server = server;
  }

  static Served directory(Path directory) {
    return new Served(
        ModelServer.builder(new OnnxModelProvider())
            .environment(Environment.of(Map.of("AIP_STORAGE_URI", directory.toString())))
            .port(0)
            .build()
            .start()
            .awaitReady());
  }

  static Served model(String name) {
    return directory(Models.directory(name));
  }

  HttpResponse<byte[]> post(String mediaType, byte[] body)
      throws IOException, InterruptedException {
    return CLIENT.send(
        HttpRequest.newBuilder(server.uri().resolve("/predict"))
            .header("Content-Type", mediaType)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  /** Returns status and body of a JSON request, one after the other. */
  String json(String body) throws IOException, InterruptedException {
    HttpResponse<byte[]> reply = post("application/json", body.getBytes("UTF-8"));
    return reply.statusCode() + " " + new String(reply.body(), "UTF-8");
  }

  /** Returns the predictions of instances. */
  JsonNode predict(JsonNode... instances) throws IOException, InterruptedException {
    String body = JSON.writeValueAsString(Map.of("instances", instances));
    HttpResponse<byte[]> reply = post("application/json", body.getBytes("UTF-8"));
    JsonNode json = JSON.readTree(reply.body());
    if (reply.statusCode() != 200) {
      throw new AssertionError(reply.statusCode() + " " + json);
    }
    return json.get("predictions");
  }

  @Override
  public void close() {
    server.close();
  }
}
