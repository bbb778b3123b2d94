package io.github.vertexj.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.vertexj.serving.Body;
import io.github.vertexj.serving.PredictionHandler;
import io.github.vertexj.serving.Reply;
import io.github.vertexj.serving.RequestHead;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An adapter for the JDK's own HTTP server: all that an adapter has to do, with blocking calls. */
final class JdkHttpAdapter {
  private static final int PIECE = 16 * 1024;

  private final PredictionHandler handler;
  private final Executor threads;

  private JdkHttpAdapter(PredictionHandler handler, Executor threads) {
    this.handler = handler;
    this.threads = threads;
  }

  static RunningServer serve(PredictionHandler handler) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    // Health must never wait for a thread, so there are as many threads as there are requests.
    ExecutorService threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.createContext("/", new JdkHttpAdapter(handler, threads)::handle);
    server.start();
    return RunningServer.of(
        server.getAddress().getPort(),
        () -> {
          server.stop(0);
          threads.shutdown();
        });
  }

  private void handle(HttpExchange exchange) throws IOException {
    RequestHead head =
        new RequestHead(
            exchange.getRequestMethod(),
            exchange.getRequestURI().getRawPath(),
            exchange.getRequestHeaders()::getFirst);
    Reply early = handler.answer(head);
    if (early != null) {
      send(early, exchange);
    } else {
      predict(head, exchange);
    }
  }

  private void predict(RequestHead head, HttpExchange exchange) throws IOException {
    Body body = handler.newBody(head);
    boolean complete = false;
    try {
      complete = gather(exchange.getRequestBody(), body);
    } finally {
      if (!complete) { // too large, or the client has gone
        body.close();
      }
    }
    if (complete) {
      CompletableFuture<Reply> promise = new CompletableFuture<>();
      promise.thenAccept(reply -> send(reply, exchange)); // perhaps while the predictor hangs
      handler.predict(head, body, threads, promise);
    } else {
      send(handler.tooLarge(), exchange);
    }
  }

  private static boolean gather(InputStream in, Body body) throws IOException {
    byte[] piece = new byte[PIECE];
    for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
      if (!body.append(piece, 0, count)) {
        return false;
      }
    }
    return true;
  }

  private static void send(Reply reply, HttpExchange exchange) {
    try (exchange;
        reply) {
      exchange.getResponseHeaders().set("Content-Type", reply.mediaType());
      reply.headers().forEach(exchange.getResponseHeaders()::set);
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.getResponseHeaders().set("Content-Length", Integer.toString(reply.length()));
        exchange.sendResponseHeaders(reply.status(), -1);
      } else {
        exchange.sendResponseHeaders(reply.status(), reply.length());
        exchange.getResponseBody().write(reply.body().array(), 0, reply.length());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // the client has gone; nobody is left to tell
    }
  }
}
