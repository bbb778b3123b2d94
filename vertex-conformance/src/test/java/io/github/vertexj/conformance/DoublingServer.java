package io.github.vertexj.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A model server that doubles numbers ({@code 3} or {@code {"x": 3, "y": 0}}) and keeps every
 * clause, but for one fault.
 */
final class DoublingServer implements AutoCloseable {
  /** So long after the signal, a request cannot have been sent before it. */
  private static final int LATE_NANOS = 300_000_000;

  private static final int PART_NANOS = 50_000_000;

  private final HttpServer server;
  private final Frailty frailty;
  private final ExecutorService threads;
  private final String healthRoute;
  private final String predictRoute;
  private final Faults faults;
  private final AtomicInteger healthAnswers = new AtomicInteger();
  private final AtomicInteger predicting = new AtomicInteger();
  private volatile boolean harmed;
  volatile boolean ready = true;
  private volatile boolean stopping;
  private volatile long stoppingSince;

  DoublingServer(InetSocketAddress address, String healthRoute, String predictRoute, Faults faults)
      throws IOException {
    this.healthRoute = healthRoute;
    this.predictRoute = predictRoute;
    this.faults = faults;
    frailty = new Frailty(faults);
    threads = frailty.threads();
    server = HttpServer.create(address, 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** From now on health says so. */
  void beginStop() {
    stoppingSince = System.nanoTime();
    stopping = true;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      boolean post = exchange.getRequestMethod().equals("POST");
      if (isRoute(path, predictRoute) && (post || faults.has(Fault.GET_PREDICTS))) {
        predict(exchange);
      } else if (isRoute(path, healthRoute) && exchange.getRequestMethod().equals("GET")) {
        send(exchange, health(), "{}");
      } else if (faults.has(Fault.SERVES_ANY_PATH)) {
        send(exchange, 200, "{}");
      } else {
        send(exchange, 404, "{\"error\": \"no such route\"}");
      }
    }
  }

  private boolean isRoute(String path, String route) {
    if (faults.has(Fault.ROUTES_ARE_PATTERNS)) {
      return path.equals(route)
          || path.matches(
              route
                  .replace("(", "\\(")
                  .replace(")", "\\)")
                  .replace("+", "\\+")
                  .replace("$", "\\$"));
    }
    return path.equals(route)
        || (faults.has(Fault.SERVES_ANY_CASE) && path.equalsIgnoreCase(route))
        || (faults.has(Fault.SERVES_TRAILING_SLASHES) && path.equals(route + "/"))
        || (faults.has(Fault.SERVES_PREFIXES) && path.startsWith(route + "/"));
  }

  private int health() {
    boolean broken =
        (harmed && faults.has(Fault.HEALTH_FAILS_AFTER_BAD_BODY))
            || (predicting.get() > 0 && faults.has(Fault.HEALTH_FAILS_UNDER_LOAD));
    if ((stopping && !faults.has(Fault.HEALTHY_AFTER_SIGTERM)) || broken) {
      return 503;
    }
    if (!ready && !faults.has(Fault.SAYS_200_WHILE_LOADING)) {
      ready = true; // once someone has seen that it was not
      return faults.has(Fault.SAYS_404_WHILE_LOADING) ? 404 : 503;
    }
    boolean later = healthAnswers.incrementAndGet() > 1;
    return faults.has(Fault.HEALTH_IS_204)
        ? 204
        : later && faults.has(Fault.HEALTH_IS_201_LATER) ? 201 : 200;
  }

  private void predict(HttpExchange exchange) throws IOException {
    boolean before = !stopping;
    boolean late = stopping && System.nanoTime() - stoppingSince > LATE_NANOS;
    try {
      JsonNode envelope = read(exchange, frailty.body(exchange));
      frailty.check(envelope);
      if (envelope.path("stream").asBoolean()) {
        stream(exchange);
        return;
      }
      String reply = faults.spoiled(predictions(envelope), envelope.path("instances"));
      faults.checkStop(before && stopping, late);
      send(exchange, 200, reply);
    } catch (Refusal refusal) {
      refuse(exchange, refusal);
    }
  }

  private JsonNode read(HttpExchange exchange, byte[] body) throws Refusal {
    int others = predicting.getAndIncrement();
    try {
      LockSupport.parkNanos(faults.predictNanos());
      faults.check(exchange.getRequestHeaders(), body, others);
    } finally {
      predicting.decrementAndGet();
    }
    if (!ready) {
      ready = faults.has(Fault.SAYS_200_WHILE_LOADING);
      throw new Refusal(503, "not ready");
    }
    return read(body);
  }

  private JsonNode read(byte[] body) throws Refusal {
    try {
      JsonNode envelope = frailty.parsed(body);
      if (Json.strict(body).isPresent() && envelope.isObject()) {
        return envelope;
      }
    } catch (JsonProcessingException e) {
      boolean deep = body.length > 100_000 && faults.has(Fault.FAILS_ON_DEPTH);
      throw new Refusal(deep ? 500 : 400, "the body is not JSON", body);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    throw new Refusal(400, "the body is not one JSON object", body);
  }

  private ArrayNode predictions(JsonNode envelope) throws Refusal {
    JsonNode instances = envelope.path("instances");
    if (!instances.isArray() && !envelope.path("stream").asBoolean()) {
      throw new Refusal(400, "instances must be an array");
    }
    faults.check(envelope);
    ArrayNode predictions = Json.MAPPER.createArrayNode();
    for (JsonNode instance : instances) {
      JsonNode number = instance.isObject() ? instance.path("x") : instance;
      if (!number.isNumber()) {
        throw Refusal.ofInstance("an instance must be a number", instance);
      }
      predictions.add(2 * number.doubleValue());
    }
    return predictions;
  }

  private void stream(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    for (int part = 0; part < 5; part++) {
      LockSupport.parkNanos(PART_NANOS);
      out.write("data: {}\n\n".getBytes(StandardCharsets.UTF_8));
      if (!faults.has(Fault.BUFFERS_STREAMS)) {
        out.flush();
      }
    }
  }

  private void refuse(HttpExchange exchange, Refusal refusal) throws IOException {
    harmed |= refusal.status() == 400;
    if (refusal.status() == 0) {
      return; // the connection ends without a reply
    }
    if (refusal.status() == 429 && !faults.has(Fault.REJECTS_WITHOUT_RETRY_AFTER)) {
      exchange.getResponseHeaders().set("Retry-After", "1");
    }
    send(exchange, faults.status(refusal), faults.errorBody(refusal));
  }

  private void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    String accept = exchange.getRequestHeaders().getFirst("Accept");
    exchange.getResponseHeaders().set("Content-Type", faults.mediaType(accept));
    exchange.sendResponseHeaders(status, status == 204 ? -1 : body.length);
    if (status != 204) {
      exchange.getResponseBody().write(body);
    }
  }

  /** Ends after what is under way, or after a second. */
  @Override
  public void close() {
    frailty.close();
    server.stop(1);
    threads.shutdown();
  }
}
