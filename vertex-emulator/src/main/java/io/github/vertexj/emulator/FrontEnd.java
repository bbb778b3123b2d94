package io.github.vertexj.emulator;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import org.xnio.IoUtils;

/**
 * The platform's HTTP: finds the endpoint and the method that a path names, and answers.
 *
 * <p>Each call in progress has a thread of its own, so that one never waits for another.
 */
final class FrontEnd implements HttpHandler {
  private static final String INVOKE = "/invoke";

  private final EmulatedPlatform platform;
  private final OnlineMethods methods;
  private final ExecutorService threads;

  FrontEnd(EmulatedPlatform platform, OnlineMethods methods, ExecutorService threads) {
    this.platform = platform;
    this.methods = methods;
    this.threads = threads;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    exchange.dispatch(threads, this::serve);
  }

  private void serve(HttpServerExchange exchange) throws IOException {
    exchange.startBlocking();
    try {
      answer(exchange);
    } catch (RefusedException e) {
      send(exchange, e.reply());
    }
  }

  private void answer(HttpServerExchange exchange) throws IOException {
    ResourcePath path =
        ResourcePath.of(exchange.getRequestURI())
            .orElseThrow(() -> notFound("There is no such path in the emulated API."));
    Endpoint endpoint =
        platform
            .endpoint(path.endpointId())
            .orElseThrow(() -> notFound("Endpoint " + path.endpointId() + " does not exist."));
    IncomingCall call =
        new IncomingCall(
            exchange.getRequestMethod().toString(),
            path,
            exchange.getQueryString(),
            headers(exchange),
            body(exchange, endpoint.profile()));
    if (path.method().startsWith(INVOKE + "/") || path.method().equals(INVOKE)) {
      stream(exchange, methods.invoke(endpoint, call, path.method().substring(INVOKE.length())));
    } else if (path.method().isEmpty()) {
      require("GET", call);
      send(exchange, PlatformReply.json(200, resource(endpoint)));
    } else {
      require("POST", call);
      post(exchange, endpoint, call);
    }
  }

  private void post(HttpServerExchange exchange, Endpoint endpoint, IncomingCall call)
      throws IOException {
    switch (call.path().method()) {
      case ":predict" -> send(exchange, methods.predict(endpoint, call));
      case ":rawPredict" -> send(exchange, methods.rawPredict(endpoint, call));
      case ":streamRawPredict" -> stream(exchange, methods.streamRawPredict(endpoint, call));
      case "/chat/completions" -> stream(exchange, methods.chatCompletions(endpoint, call));
      case ":explain" ->
          send(
              exchange, PlatformErrors.of(501, "UNIMPLEMENTED", "explain is not emulated (C6.1)."));
      default -> throw notFound("There is no such method in the emulated API.");
    }
  }

  private static void require(String httpMethod, IncomingCall call) {
    if (!call.httpMethod().equals(httpMethod)) {
      throw notFound("This path is called by " + httpMethod + ".");
    }
  }

  private static RefusedException notFound(String message) {
    return new RefusedException(PlatformErrors.notFound(message));
  }

  private static byte[] resource(Endpoint endpoint) {
    return endpoint.resource().toPrettyString().concat("\n").getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, List<String>> headers(HttpServerExchange exchange) {
    Map<String, List<String>> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    exchange
        .getRequestHeaders()
        .forEach(values -> all.put(values.getHeaderName().toString(), new ArrayList<>(values)));
    return all;
  }

  /**
   * Reads the body; one that is too large is read to its end, so that the client sees the reply.
   */
  private static byte[] body(HttpServerExchange exchange, EndpointProfile profile)
      throws IOException {
    InputStream in = exchange.getInputStream();
    byte[] body = in.readNBytes(profile.maxBodyBytes() + 1);
    if (body.length <= profile.maxBodyBytes()) {
      return body;
    }
    in.transferTo(OutputStream.nullOutputStream());
    throw new RefusedException(PlatformErrors.requestTooLarge(profile));
  }

  private static void send(HttpServerExchange exchange, PlatformReply reply) throws IOException {
    exchange.setStatusCode(reply.status());
    putHeaders(exchange, reply.headers());
    Optional.ofNullable(reply.mediaType())
        .ifPresent(type -> exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, type));
    exchange.setResponseContentLength(reply.body().length);
    exchange.getOutputStream().write(reply.body());
    exchange.endExchange();
  }

  private static void stream(HttpServerExchange exchange, StreamedReply reply) {
    exchange.setStatusCode(reply.status());
    putHeaders(exchange, reply.headers());
    try {
      reply.copyTo(exchange.getOutputStream());
      exchange.endExchange();
    } catch (IOException cutOff) {
      // Without the last chunk the client sees that something is missing.
      IoUtils.safeClose(exchange.getConnection());
    }
  }

  private static void putHeaders(HttpServerExchange exchange, Map<String, List<String>> headers) {
    headers.forEach(
        (name, values) -> exchange.getResponseHeaders().putAll(new HttpString(name), values));
  }
}
