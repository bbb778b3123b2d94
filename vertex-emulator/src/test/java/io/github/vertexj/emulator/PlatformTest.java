package io.github.vertexj.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A platform whose probe time is moved by hand, a container that answers as told, and a client. */
abstract class PlatformTest {
  static final ObjectMapper JSON = new ObjectMapper();
  static final HttpClient CLIENT = HttpClient.newHttpClient();
  static final String ENVELOPE = "{\"instances\":[1]}";

  EmulatedPlatform platform;
  TestContainer container;

  @BeforeEach
  void start() throws Exception {
    container = new TestContainer();
    platform = EmulatedPlatform.builder().manualProbeTime().start();
  }

  @AfterEach
  void stop() {
    platform.close();
    container.close();
  }

  /** An endpoint on which the container is deployed and healthy. */
  Endpoint deployed(EndpointProfile profile) {
    return deployed(profile, container.model().build());
  }

  Endpoint deployed(EndpointProfile profile, UploadedModel model) {
    Endpoint endpoint = platform.newEndpoint(profile);
    endpoint.deploy(model);
    platform.advance(Duration.ZERO);
    return endpoint;
  }

  static HttpResponse<String> get(URI uri) throws Exception {
    return CLIENT.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Posts with headers given as name, value, name, value, … */
  static HttpResponse<String> post(URI uri, String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  static JsonNode error(HttpResponse<String> response) throws Exception {
    return JSON.readTree(response.body()).path("error");
  }
}
