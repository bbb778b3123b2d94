package io.github.vertexj.emulator;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.xnio.IoUtils;

/**
 * The platform's HTTP: finds the endpoint and the method that a path names, and answers.
 *
 * <p>Each call in progress has a thread of its own, so that one never waits for another.
 */
final class FrontEnd implements HttpHandler {
  private static final String INVOKE = "/invoke";

  private static final Set<String> METHODS =
      Stream.concat(
              Stream.of(":predict", ":rawPredict", ":streamRawPredict", "/chat/completions"),
              OnlineMethods.NEED_GRPC_PORTS.stream().map(":"::concat))
          .collect(Collectors.toUnmodifiableSet());

  private final EmulatedPlatform platform;
  private final ApiResources resources;
  private final OnlineMethods methods;
  private final ExecutorService threads;

  FrontEnd(
      EmulatedPlatform platform,
      ApiResources resources,
      OnlineMethods methods,
      ExecutorService threads) {
    this.platform = platform;
    this.resources = resources;
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
    Optional<ResourcePath> path = ResourcePath.of(exchange.getRequestURI());
    if (path.isEmpty()) {
      answerResource(exchange);
      return;
    }
    Endpoint endpoint = platform.existingEndpoint(path.get().endpointId());
    String method = path.get().method();
    if (method.startsWith(INVOKE + "/") || method.equals(INVOKE)) {
      IncomingCall call = call(exchange, path.get(), endpoint.profile());
      stream(exchange, methods.invoke(endpoint, call, method.substring(INVOKE.length())));
    } else if (method.isEmpty()) {
      describe(exchange, endpoint);
    } else {
      post(exchange, endpoint, path.get());
    }
  }

  private void answerResource(HttpServerExchange exchange) throws IOException {
    send(
        exchange,
        resources.answer(
            exchange.getRequestMethod().toString(),
            exchange.getRequestURI(),
            exchange.getQueryString(),
            () ->
                ContentCodings.decoded(
                    headers(exchange),
                    RequestBody.read(exchange, EndpointProfile.SHARED),
                    EndpointProfile.SHARED)));
  }

  private static void describe(HttpServerExchange exchange, Endpoint endpoint) throws IOException {
    if (!exchange.getRequestMethod().equals(Methods.GET)) {
      throw new RefusedException(
          PlatformErrors.notEmulated(exchange.getRequestMethod() + " of an endpoint"));
    }
    QueryParameters.check(exchange.getQueryString());
    send(exchange, PlatformReply.json(200, resource(endpoint)));
  }

  private void post(HttpServerExchange exchange, Endpoint endpoint, ResourcePath path)
      throws IOException {
    String method = path.method();
    if (ApiResources.isMethodOfEndpoints(method)) {
      throw new RefusedException(PlatformErrors.notEmulated(method.substring(1)));
    } else if (!METHODS.contains(method)) {
      throw notFound("There is no such method in the emulated API.");
    } else if (!exchange.getRequestMethod().equals(Methods.POST)) {
      throw notFound("This path is called by POST.");
    } else if (OnlineMethods.NEED_GRPC_PORTS.contains(method.substring(1))) {
      throw methods.withoutGrpcPorts(endpoint, method.substring(1));
    }
    IncomingCall call = call(exchange, path, endpoint.profile());
    switch (method) {
      case ":predict" -> send(exchange, methods.predict(endpoint, call));
      case ":rawPredict" -> send(exchange, methods.rawPredict(endpoint, call));
      case ":streamRawPredict" -> stream(exchange, methods.streamRawPredict(endpoint, call));
      default -> stream(exchange, methods.chatCompletions(endpoint, call));
    }
  }

  private static IncomingCall call(
      HttpServerExchange exchange, ResourcePath path, EndpointProfile profile) throws IOException {
    return new IncomingCall(
        exchange.getRequestMethod().toString(),
        path,
        exchange.getQueryString(),
        headers(exchange),
        RequestBody.read(exchange, profile));
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
