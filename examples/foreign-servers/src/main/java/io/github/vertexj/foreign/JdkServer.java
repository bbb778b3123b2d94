package io.github.vertexj.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/** A model server of the JDK's own HTTP server, whose contexts are prefixes. */
final class JdkServer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JdkServer() {}

  public static void main(String[] arguments) throws IOException {
    Map<String, String> environment = System.getenv();
    int port = Integer.parseInt(environment.getOrDefault("AIP_HTTP_PORT", "8080"));
    HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
    server.setExecutor(Executors.newFixedThreadPool(8));
    server.createContext(
        environment.getOrDefault("AIP_HEALTH_ROUTE", "/health"),
        exchange -> reply(exchange, 200, Map.of("status", "healthy")));
    server.createContext(
        environment.getOrDefault("AIP_PREDICT_ROUTE", "/predict"), JdkServer::predict);
    server.start();
  }

  private static void predict(HttpExchange exchange) throws IOException {
    try {
      List<String> predictions = new ArrayList<>();
      for (JsonNode flower : JSON.readTree(exchange.getRequestBody()).get("instances")) {
        predictions.add(Iris.nearest(JSON.treeToValue(flower, double[].class)));
      }
      reply(exchange, 200, Map.of("predictions", predictions));
    } catch (IOException | RuntimeException e) {
      reply(exchange, 400, Map.of("error", String.valueOf(e.getMessage())));
    }
  }

  private static void reply(HttpExchange exchange, int status, Map<String, ?> body)
      throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(body);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
