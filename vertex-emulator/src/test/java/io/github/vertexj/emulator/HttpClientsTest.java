package io.github.vertexj.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients other than a well-mannered POST do: they wait to be asked, compress, send forms. */
class HttpClientsTest extends PlatformTest {

  private static EndpointProfile profile(String name) {
    return EndpointProfile.of(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"shared", "dedicated"})
  @Timeout(60)
  void jdkClient_thatExpects100Continue_isAnswered(String profile) throws Exception {
    Endpoint endpoint = deployed(profile(profile));
    for (String method : List.of(":predict", ":rawPredict")) {
      HttpRequest request =
          HttpRequest.newBuilder(endpoint.uri(method))
              .expectContinue(true)
              .header("Content-Type", "application/json")
              .timeout(Duration.ofSeconds(30))
              .POST(HttpRequest.BodyPublishers.ofString(ENVELOPE + " ".repeat(1_200_000)))
              .build();
      HttpResponse<String> response = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
    }
  }

  @Test
  @Timeout(60)
  void clientThatExpects100Continue_isAskedForTheBody_thenAnswered() throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.SHARED);
    try (Socket socket = connect()) {
      send(socket, head(endpoint.uri(":predict"), ENVELOPE.length(), "Expect: 100-continue\r\n"));
      assertThat(readHead(socket.getInputStream())).startsWith("HTTP/1.1 100 ");
      send(socket, ENVELOPE);
      assertThat(readHead(socket.getInputStream())).startsWith("HTTP/1.1 200 ");
    }
  }

  @ParameterizedTest
  @CsvSource({"shared,:predict,2000000,400", "dedicated,:rawPredict,20000000,413"})
  @Timeout(60)
  void clientThatExpects100Continue_isNotAskedForTooMuch(
      String profile, String method, int length, int status) throws Exception {
    Endpoint endpoint = deployed(profile(profile));
    try (Socket socket = connect()) {
      send(socket, head(endpoint.uri(method), length, "Expect: 100-continue\r\n"));
      assertThat(readHead(socket.getInputStream())).startsWith("HTTP/1.1 " + status + " ");
    }
  }

  @Test
  @Timeout(60)
  void clientThatExpects100Continue_isNotAsked_whereNothingIs() throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.SHARED);
    for (String method : List.of(":classify", ":explain", ":directRawPredict")) {
      try (Socket socket = connect()) {
        send(socket, head(endpoint.uri(method), 10, "Expect: 100-continue\r\n"));
        assertThat(readHead(socket.getInputStream())).matches("(?s)HTTP/1.1 [45].*");
      }
    }
  }

  @Test
  @Timeout(60)
  void curl_withABodyAboveAMegabyte_doesNotWait(@TempDir Path folder) throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.DEDICATED);
    Path body = Files.writeString(folder.resolve("request.json"), ENVELOPE + " ".repeat(2_000_000));
    List<String> line =
        List.of(
            "curl",
            "-sS",
            "-v",
            "-H",
            "Content-Type: application/json",
            "--expect100-timeout",
            "50",
            "--data-binary",
            "@" + body,
            endpoint.uri(":predict").toString());
    String output;
    try {
      Process curl = new ProcessBuilder(line).redirectErrorStream(true).start();
      output = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(curl.waitFor()).isZero();
    } catch (IOException noCurl) {
      assumeTrue(false, "curl is not installed");
      return;
    }
    assertThat(output).contains("< HTTP/1.1 100 Continue", "< HTTP/1.1 200 OK");
  }

  private Socket connect() throws IOException {
    return new Socket("localhost", platform.uri().getPort());
  }

  private static String head(URI uri, int length, String more) {
    return "POST "
        + uri.getRawPath()
        + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
        + length
        + "\r\n"
        + more
        + "\r\n";
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  private static String readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return head.toString();
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private interface Coder {
    OutputStream over(OutputStream out) throws IOException;
  }

  private static byte[] coded(byte[] body, Coder coder) throws IOException {
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    try (OutputStream out = coder.over(coded)) {
      out.write(body);
    }
    return coded.toByteArray();
  }

  private static HttpResponse<String> postCoded(URI uri, byte[] body, String coding)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .headers("Content-Type", "application/json", "Content-Encoding", coding)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"shared", "dedicated"})
  void compressedBodyOfPredict_isReadByThePlatform(String profile) throws Exception {
    Endpoint endpoint = deployed(profile(profile));
    byte[] body = "{\"instances\":[1.5]}".getBytes(StandardCharsets.UTF_8);
    byte[] gzip = coded(body, GZIPOutputStream::new);
    URI uri = endpoint.uri(":predict");
    List<HttpResponse<String>> responses = new ArrayList<>();
    responses.add(postCoded(uri, gzip, "gzip"));
    responses.add(postCoded(uri, gzip, "X-GZIP"));
    responses.add(postCoded(uri, coded(gzip, GZIPOutputStream::new), "gzip, gzip"));
    responses.add(postCoded(uri, coded(body, DeflaterOutputStream::new), "deflate"));
    responses.add(postCoded(uri, body, "identity"));
    assertThat(responses).allMatch(response -> response.statusCode() == 200);
    assertThat(container.asked)
        .hasSize(5)
        .allMatch(asked -> asked.body().equals("{\"instances\":[1.5]}"))
        .noneMatch(asked -> asked.headers().containsKey("Content-Encoding"));
  }

  @Test
  void compressedChat_isReadAndMarked() throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.DEDICATED);
    byte[] gzip = coded("{\"n\":1}".getBytes(StandardCharsets.UTF_8), GZIPOutputStream::new);
    assertThat(postCoded(endpoint.uri("/chat/completions"), gzip, "gzip").statusCode())
        .isEqualTo(200);
    assertThat(container.asked.get(0).body()).contains("\"n\":1", "@requestFormat");
  }

  @ParameterizedTest
  @CsvSource({"shared,400", "dedicated,413"})
  void compressedBody_thatIsTooLargeInside_isRefused(String profile, int status) throws Exception {
    Endpoint endpoint = deployed(profile(profile));
    byte[] gzip = coded(new byte[50_000_000], GZIPOutputStream::new);
    assertThat(postCoded(endpoint.uri(":predict"), gzip, "gzip").statusCode()).isEqualTo(status);
    assertThat(container.asked).isEmpty();
  }

  @Test
  void body_thatIsNotInItsCoding_orInAnUnknownOne_isRefused() throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.SHARED);
    byte[] body = ENVELOPE.getBytes(StandardCharsets.UTF_8);
    byte[] gzip = coded(body, GZIPOutputStream::new);
    assertThat(error(postCoded(endpoint.uri(":predict"), body, "gzip")).path("message").asText())
        .contains("gzip");
    assertThat(postCoded(endpoint.uri(":predict"), Arrays.copyOf(gzip, 12), "gzip"))
        .matches(response -> response.statusCode() == 400);
    assertThat(error(postCoded(endpoint.uri(":predict"), body, "br")).path("message").asText())
        .contains("\"br\"");
  }

  @Test
  void C4_1_compressedRawBody_passesUnreadWithItsHeader() throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.SHARED);
    byte[] gzip = coded("x".getBytes(StandardCharsets.UTF_8), GZIPOutputStream::new);
    postCoded(endpoint.uri(":rawPredict"), gzip, "gzip");
    assertThat(container.asked.get(0).headers().getFirst("Content-Encoding")).isEqualTo("gzip");
  }

  @Test
  void form_isReadAsQueryParameters_andRefusedByName() throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.SHARED);
    HttpResponse<String> response =
        post(
            endpoint.uri(":predict"),
            ENVELOPE,
            "Content-Type",
            "application/x-www-form-urlencoded");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(error(response).path("message").asText())
        .contains("Cannot bind query parameter", "{\"instances\":[1]}");
    assertThat(container.asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain;charset=UTF-8", "application/json; charset=utf-8", ""})
  void otherMediaTypes_areReadAsJson(String mediaType) throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.SHARED);
    String[] headers =
        mediaType.isEmpty() ? new String[0] : new String[] {"Content-Type", mediaType};
    assertThat(post(endpoint.uri(":predict"), ENVELOPE, headers).statusCode()).isEqualTo(200);
  }

  @Test
  void queryParameters_thatAreNotTheSystems_areRefusedByName() throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.SHARED);
    for (String method : List.of(":predict", ":rawPredict")) {
      HttpResponse<String> response =
          post(endpoint.uri(method + "?key=k&%24alt=json%3Benum-encoding=int&alpha=1&b"), ENVELOPE);
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(error(response).path("message").asText())
          .contains("Unknown name \"alpha\"", "Unknown name \"b\"")
          .doesNotContain("\"key\"");
      assertThat(error(response).at("/details/0/fieldViolations")).hasSize(2);
    }
    assertThat(get(endpoint.uri("?zone=1")).statusCode()).isEqualTo(400);
    assertThat(container.asked).isEmpty();
    assertThat(post(endpoint.uri(":predict?alt=json&prettyPrint=false"), ENVELOPE).statusCode())
        .isEqualTo(200);
  }

  @Test
  void resources_canBeListedAndRead() throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.SHARED);
    URI locations = platform.uri().resolve("/v1/projects/p/locations/l/");
    String endpoints = get(locations.resolve("endpoints?pageSize=5")).body();
    assertThat(JSON.readTree(endpoints).at("/endpoints/0/name").asText())
        .isEqualTo(endpoint.name());
    String models = get(locations.resolve("models")).body();
    String model = JSON.readTree(models).at("/models/0/name").asText();
    assertThat(model).matches("projects/emulated/locations/us-central1/models/[0-9]+");
    HttpResponse<String> one = get(platform.uri().resolve("/v1/" + model));
    assertThat(JSON.readTree(one.body()).path("displayName").asText()).isEqualTo("digits");
    assertThat(get(platform.uri().resolve("/v1/" + model + "0")).statusCode()).isEqualTo(404);
  }

  @Test
  void whatThePlatformHasAndTheEmulatorHasNot_is501() throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.DEDICATED);
    URI locations = platform.uri().resolve("/v1beta1/projects/p/locations/l/");
    List<HttpResponse<String>> responses =
        List.of(
            post(endpoint.uri(":explain"), "{}"),
            post(endpoint.uri(":deployModel"), "{}"),
            post(endpoint.uri(":generateContent"), "{}"),
            post(locations.resolve("endpoints"), "{}"),
            post(locations.resolve("./models:upload"), "{}"),
            post(locations.resolve("publishers/google/models/gemini:predict"), "{}"),
            get(locations.resolve("datasets")),
            get(locations.resolve("operations/1")));
    assertThat(responses)
        .allSatisfy(
            response -> {
              assertThat(response.statusCode()).isEqualTo(501);
              assertThat(error(response).path("status").asText()).isEqualTo("UNIMPLEMENTED");
            });
    assertThat(get(locations.resolve("nonsense")).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "directPredict",
        "directRawPredict",
        "streamDirectPredict",
        "streamDirectRawPredict",
        "serverStreamingPredict",
        "streamingPredict",
        "streamingRawPredict"
      })
  void C4_10_C4_11_methodForGrpcContainers_isAFailedPrecondition(String method) throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.DEDICATED);
    HttpResponse<String> response = post(endpoint.uri(":" + method), "{}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(error(response).path("status").asText()).isEqualTo("FAILED_PRECONDITION");
    assertThat(error(response).path("message").asText()).startsWith(method);
  }
}
