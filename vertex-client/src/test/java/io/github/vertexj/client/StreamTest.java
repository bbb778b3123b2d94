package io.github.vertexj.client;

import static io.github.vertexj.client.FakeServer.of;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.Predictor;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.RawReply;
import io.github.vertexj.emulator.EmulatedPlatform;
import io.github.vertexj.emulator.EndpointProfile;
import io.github.vertexj.emulator.UploadedModel;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Streams: whole, refused, broken, and at the subscriber's pace. */
final class StreamTest {

  /** A subscriber that asks for events when it is told to. */
  private static final class Reader implements Flow.Subscriber<ServerEvent> {
    final LinkedBlockingQueue<ServerEvent> events = new LinkedBlockingQueue<>();
    final CompletableFuture<@Nullable EndpointException> end = new CompletableFuture<>();
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

    Flow.Subscription subscription() {
      return subscription.join();
    }

    List<String> all() {
      subscription().request(Long.MAX_VALUE);
      end.join();
      return events.stream().map(ServerEvent::data).toList();
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription.complete(given);
    }

    @Override
    public void onNext(ServerEvent event) {
      events.add(event);
    }

    @Override
    public void onError(Throwable failure) {
      end.complete((EndpointException) failure);
    }

    @Override
    public void onComplete() {
      end.complete(null);
    }
  }

  private static Reader read(FakeServer server) {
    return read(Endpoints.at(server.url()).as(String.class, String.class));
  }

  private static Reader read(Endpoint<?, ?> endpoint) {
    Reader reader = new Reader();
    endpoint.stream(Map.of("@requestFormat", "count", "to", 3)).subscribe(reader);
    return reader;
  }

  private static FakeServer.Answer stream(String... pieces) {
    return exchange -> {
      exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      OutputStream out = exchange.getResponseBody();
      for (String piece : pieces) {
        out.write(piece.getBytes(UTF_8));
        out.flush();
      }
    };
  }

  @Test
  void C4_7_stream_throughThePlatform() {
    Predictor<String, String> echo = (instances, parameters) -> instances;
    PredictorProvider<String, String> provider =
        PredictorProvider.of(String.class, echo)
            .with(
                handlers ->
                    handlers.onFormat(
                        "count",
                        (request, model) ->
                            RawReply.events(
                                out -> {
                                  for (int i = 0; i < request.json().path("to").intValue(); i++) {
                                    out.event("event " + i);
                                  }
                                })));
    try (EmulatedPlatform platform = EmulatedPlatform.builder().probeTimeScale(0.01).start()) {
      var endpoint = platform.newEndpoint(EndpointProfile.DEDICATED);
      endpoint.deploy(UploadedModel.provider(() -> provider).build());
      Reader reader =
          read(
              Endpoints.dedicated("emulated", "us-central1", endpoint.id())
                  .baseUrl(platform.uri().toString())
                  .credentials(Map::of)
                  .as(String.class, String.class));
      assertThat(reader.all()).containsExactly("event 0", "event 1", "event 2");
      assertThat(reader.end.join()).isNull();
    }
  }

  @Test
  void events_ofEveryForm() throws Exception {
    try (FakeServer server =
        new FakeServer(
            stream(
                ": a comment\n\ndata: one\n\n",
                "event: named\r\ndata: two\r\ndata:  lines\r\n\r\n",
                "id: 5\n\ndata\n\ndata: é",
                "\n\n",
                "data: incomplete"))) {
      Reader reader = read(server);
      assertThat(reader.all()).containsExactly("one", "two\n lines", "", "é");
      assertThat(reader.events).extracting(ServerEvent::name).contains("named");
      assertThat(reader.end.join()).isNull();
    }
  }

  @Test
  void lines_ofOtherText_areEvents() throws Exception {
    try (FakeServer server = new FakeServer(of(200, "{\"a\":1}\n{\"a\":2}\n\n", "X", "y"))) {
      assertThat(read(server).all()).containsExactly("{\"a\":1}", "{\"a\":2}");
    }
  }

  @Test
  void refusal_isAnError() throws Exception {
    try (FakeServer server = new FakeServer(of(400, "{\"error\":\"no\"}"))) {
      Reader reader = read(server);
      assertThat(reader.all()).isEmpty();
      EndpointException refused = reader.end.join();
      assertThat(refused).hasMessage("the endpoint answered 400: no");
    }
  }

  @Test
  void busy_isTriedAgain() throws Exception {
    try (FakeServer server = new FakeServer(of(503, ""), stream("data: x\n\n"))) {
      assertThat(read(server).all()).containsExactly("x");
    }
  }

  @Test
  void errorEvent_isAnErrorAfterWhatCame() throws Exception {
    try (FakeServer server =
        new FakeServer(
            stream(
                "data: x\n\n",
                "event: error\ndata: {\"error\":\"it broke\"}\n\n",
                "data: y\n\n"))) {
      Reader reader = read(server);
      assertThat(reader.all()).containsExactly("x");
      assertThat(reader.end.join()).hasMessage("the endpoint answered 200: it broke");
    }
  }

  @Test
  void brokenConnection_isAnErrorAfterWhatCame() throws Exception {
    try (FakeServer server =
        new FakeServer(
            exchange -> {
              exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
              exchange.sendResponseHeaders(200, 1000);
              exchange.getResponseBody().write("data: x\n\n".getBytes(UTF_8));
              exchange.getResponseBody().flush();
              throw new IOException("the server dies");
            })) {
      Reader reader = read(server);
      assertThat(reader.all()).containsExactly("x");
      assertThat(reader.end.join()).hasMessageStartingWith("the stream broke off");
    }
  }

  @Test
  void events_comeWhenAskedFor() throws Exception {
    try (FakeServer server = new FakeServer(stream("data: 1\n\ndata: 2\n\ndata: 3\n\n"))) {
      Reader reader = read(server);
      Flow.Subscription subscription = reader.subscription();
      subscription.request(1);
      assertThat(reader.events.take().data()).isEqualTo("1");
      assertThat(reader.events).isEmpty();
      assertThat(reader.end).isNotDone();
      subscription.request(1);
      assertThat(reader.events.take().data()).isEqualTo("2");
      assertThat(reader.all()).containsExactly("3");
      assertThat(reader.end.join()).isNull();
    }
  }

  @Test
  void cancel_closesTheConnection() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    try (FakeServer server =
        new FakeServer(
            exchange -> {
              exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
              exchange.sendResponseHeaders(200, 0);
              try {
                while (true) {
                  exchange.getResponseBody().write("data: x\n\n".getBytes(UTF_8));
                  exchange.getResponseBody().flush();
                }
              } catch (IOException e) {
                gone.countDown();
              }
            })) {
      Reader reader = read(server);
      reader.subscription().request(2);
      reader.events.take();
      reader.events.take();
      reader.subscription().cancel();
      gone.await();
      assertThat(reader.end).isNotDone();
    }
  }
}
