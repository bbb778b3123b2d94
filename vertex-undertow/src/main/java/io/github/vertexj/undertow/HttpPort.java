package io.github.vertexj.undertow;

import io.github.vertexj.StartException;
import io.github.vertexj.serving.PredictionHandler;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.xnio.Options;
import org.xnio.XnioWorker;

/**
 * An Undertow that listens on one port and passes every request to a {@link PredictionHandler}.
 *
 * <p>Thread-safe.
 */
final class HttpPort {
  // Longer than a proxy keeps idle connections: the one who sends next must not be the one who
  // learns that the other has closed (C1.20).
  private static final Duration IDLE_CONNECTION = Duration.ofSeconds(620);
  private static final Duration REQUEST_HEAD = Duration.ofSeconds(30);
  private static final int MAX_HEAD_BYTES = 64 * 1024;
  private static final Duration LAST_REPLIES = Duration.ofSeconds(2);

  private final String host;
  private final int port;
  private final InFlight http;
  private final Undertow undertow;

  /**
   * Creates a port that is not open.
   *
   * @param threads how many threads read envelopes and write replies
   */
  HttpPort(String host, int port, int threads, PredictionHandler handler) {
    this.host = host;
    this.port = port;
    http = new InFlight(new PredictionHttpHandler(handler));
    undertow =
        Undertow.builder()
            .addHttpListener(port, host, http)
            .setWorkerThreads(threads)
            .setWorkerOption(Options.WORKER_NAME, "http")
            .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, (int) IDLE_CONNECTION.toMillis())
            .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, (int) REQUEST_HEAD.toMillis())
            .setServerOption(UndertowOptions.MAX_HEADER_SIZE, MAX_HEAD_BYTES)
            .setServerOption(UndertowOptions.SHUTDOWN_TIMEOUT, (int) LAST_REPLIES.toMillis())
            // Routes are literals, and undo escapes themselves.
            .setServerOption(UndertowOptions.DECODE_URL, false)
            // The handler caps bodies and says so; Undertow's cap would cut the connection.
            .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, -1L)
            // Otherwise a reply waits in a buffer while a prediction sent after it is made.
            .setServerOption(UndertowOptions.BUFFER_PIPELINED_DATA, false)
            .build();
  }

  /**
   * Opens the port.
   *
   * @throws StartException if it cannot be bound
   */
  void open() {
    try {
      undertow.start();
    } catch (RuntimeException e) {
      throw new StartException(
          "port %d on %s cannot be bound: %s; free it or set AIP_HTTP_PORT to another"
              .formatted(
                  port, host, e.getCause() == null ? e.getMessage() : e.getCause().getMessage()),
          e);
    }
  }

  /** The number of the open port. */
  int number() {
    return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
  }

  /** Makes up for the threads that predictors may take: what reads envelopes must never run out. */
  void addThreads(int more) {
    XnioWorker pool = undertow.getWorker();
    try {
      int threads = pool.getOption(Options.WORKER_TASK_MAX_THREADS) + more;
      pool.setOption(Options.WORKER_TASK_MAX_THREADS, threads);
      pool.setOption(Options.WORKER_TASK_CORE_THREADS, threads);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // declared by XNIO for channels, not for pools
    }
  }

  /** Lets the last replies go out, within a short time, and closes the port. */
  void close() {
    boolean interrupted = lastReplies();
    undertow.stop();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean lastReplies() {
    try {
      http.awaitNone(LAST_REPLIES.toMillis());
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }
}
