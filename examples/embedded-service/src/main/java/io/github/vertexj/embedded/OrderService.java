package io.github.vertexj.embedded;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.env.Environment;
import io.github.vertexj.serving.PredictionHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A service that lists orders, and predicts beside that when each will be delivered.
 *
 * <p>It owns its port, its threads and its shutdown; predictions are one handler more. Thread-safe.
 */
public final class OrderService implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final int LAST_REPLIES_SECONDS = 1;

  // The JDK's server has as many threads as requests at once, so that none waits for another.
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer http;
  private final PredictionHandler predictions;
  private final Duration drainDelay;

  /**
   * Starts to listen, then to load the model.
   *
   * @param drainDelay how long predictions are served once health says that the service will end
   * @throws IOException if the port cannot be bound
   */
  public OrderService(int port, Environment environment, Duration drainDelay) throws IOException {
    this.drainDelay = drainDelay;
    predictions =
        PredictionHandler.builder(PredictorProvider.of(new DeliveryPredictor()))
            .environment(environment)
            .build();
    http = HttpServer.create(new InetSocketAddress(port), 0);
    http.setExecutor(threads);
    http.createContext("/orders", OrderService::orders);
    http.createContext("/", new PredictionHttpHandler(predictions, threads));
    http.start();
    var unused = predictions.start();
  }

  /** The port listened on. */
  public int port() {
    return http.getAddress().getPort();
  }

  private static void orders(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] page = "<h1>No orders yet</h1>\n".getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
      exchange.sendResponseHeaders(200, page.length);
      exchange.getResponseBody().write(page);
    }
  }

  /** Stops in visible steps, as the platform's traffic needs them. */
  @Override
  public void close() {
    predictions.unready();
    pause(drainDelay);
    predictions.close(PATIENCE);
    http.stop(LAST_REPLIES_SECONDS);
    threads.shutdown();
  }

  private static void pause(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // whoever interrupts a stop wants it to be over
    }
  }

  /** Runs the service until the process is told to stop. */
  public static void main(String[] arguments) throws IOException {
    // Both are read once, by the first server. The JDK's defaults are to hold a reply's last bytes
    // back until the client has confirmed the first ones, and to close connections after 30 s.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("sun.net.httpserver.idleInterval", "620");
    Environment environment = Environment.current();
    Duration drainDelay = environment.onPlatform() ? Duration.ofSeconds(5) : Duration.ZERO;
    OrderService service = new OrderService(environment.port(), environment, drainDelay);
    Runtime.getRuntime().addShutdownHook(new Thread(service::close, "drain"));
    System.out.println("listening on port " + service.port());
  }
}
