package io.github.vertexj.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.vertexj.env.Environment;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OrderServiceTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Duration LONG = Duration.ofMinutes(1);

  @Test
  void service_withPredictions_stillHasItsOwnPages() throws Exception {
    try (OrderService service = start(Map.of(), Duration.ZERO)) {
      HttpResponse<String> page = get(service, "/orders");
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
      assertThat(page.body()).contains("No orders yet");
    }
  }

  @Test
  void predictions_onTheRoutesOfTheEnvironment_areServedBesideThem() throws Exception {
    Map<String, String> routes =
        Map.of("AIP_HEALTH_ROUTE", "/live/health", "AIP_PREDICT_ROUTE", "/v1/orders:predict");
    try (OrderService service = start(routes, Duration.ZERO)) {
      awaitHealth(service, "/live/health", 200);
      HttpResponse<String> response =
          post(
              service,
              "/v1/orders:predict",
              "{\"instances\": [{\"distanceKm\": 2, \"dishes\": 3}]}");
      assertThat(response.body()).isEqualTo("{\"predictions\":[17.0]}");
      assertThat(get(service, "/orders").statusCode()).isEqualTo(200);
      assertThat(get(service, "/elsewhere").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void C1_45_close_turnsHealthTo503_whilePredictionsAreServed_thenFreesThePort() throws Exception {
    OrderService service = start(Map.of(), LONG);
    awaitHealth(service, "/health", 200);
    Thread closing = new Thread(service::close);
    closing.start();
    awaitHealth(service, "/health", 503);
    assertThat(
            post(service, "/predict", "{\"instances\": [{\"distanceKm\": 1, \"dishes\": 1}]}")
                .statusCode())
        .isEqualTo(200);
    assertThat(get(service, "/orders").statusCode()).isEqualTo(200);
    closing.interrupt(); // the minute in which traffic may move is over
    closing.join();
    assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> get(service, "/health"));
  }

  private static OrderService start(Map<String, String> variables, Duration drainDelay)
      throws IOException {
    return new OrderService(0, Environment.of(variables), drainDelay);
  }

  private static void awaitHealth(OrderService service, String route, int status) throws Exception {
    while (get(service, route).statusCode() != status) {
      Thread.onSpinWait();
    }
  }

  private static HttpResponse<String> get(OrderService service, String path) throws Exception {
    return send(HttpRequest.newBuilder(uri(service, path)).build());
  }

  private static HttpResponse<String> post(OrderService service, String path, String json)
      throws Exception {
    return send(
        HttpRequest.newBuilder(uri(service, path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build());
  }

  private static URI uri(OrderService service, String path) {
    return URI.create("http://localhost:" + service.port() + path);
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
