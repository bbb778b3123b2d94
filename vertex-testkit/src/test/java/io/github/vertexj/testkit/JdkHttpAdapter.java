package io.github.vertexj.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.vertexj.serving.Body;
import io.github.vertexj.serving.PredictionHandler;
import io.github.vertexj.serving.Reply;
import io.github.vertexj.serving.RequestHead;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An adapter for the JDK's own HTTP server: all that an adapter has to do, with blocking calls. */
final class JdkHttpAdapter {
  private static final int PIECE = 16 * 1024;

  private final PredictionHandler handler;

  private JdkHttpAdapter(PredictionHandler handler) {
    this.handler = handler;
  }

  static RunningServer serve(PredictionHandler handler) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    // Health must never wait for a thread, so there are as many threads as there are requests.
    ExecutorService threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.createContext("/", new JdkHttpAdapter(handler)::handle);
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
    try (exchange;
        Reply reply = early == null ? predict(head, exchange) : early) {
      send(reply, exchange);
    }
  }

  private Reply predict(RequestHead head, HttpExchange exchange) throws IOException {
    Body body = handler.newBody(head);
    try {
      if (!gather(exchange.getRequestBody(), body)) {
        body.close();
        return handler.tooLarge();
      }
    } catch (IOException clientHasGone) {
      body.close();
      throw clientHasGone;
    }
    return handler.predict(head, body, Runnable::run).join();
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

  private static void send(Reply reply, HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", reply.mediaType());
    reply.headers().forEach(exchange.getResponseHeaders()::set);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(reply.length()));
      exchange.sendResponseHeaders(reply.status(), -1);
    } else {
      exchange.sendResponseHeaders(reply.status(), reply.length());
      exchange.getResponseBody().write(reply.body().array(), 0, reply.length());
    }
  }
}
