package io.github.vertexj.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.serving.PredictionHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/**
 * That nothing accepted is lost, nothing unwanted is done, and nothing waits without bounds:
 * whatever the instances are, since an adapter may treat small bodies of tensors in a way of their
 * own.
 */
abstract class LoadContract extends ServerContract {
  private static final Duration PATIENCE = Duration.ofSeconds(Gate.PATIENCE_SECONDS);
  private static final Duration AT_ONCE = Duration.ofSeconds(1);
  private static final int CLIENTS = 64;
  private static final int REQUESTS_PER_CLIENT = 50;

  private static final int RUNNING = 1;
  private static final int GONE = 2;
  private static final int BEHIND = 3;

  private final EchoModel model;

  LoadContract(AdapterContract adapter, EchoModel model) {
    super(adapter);
    this.model = model;
  }

  private PredictionHandler.Builder behind(Gate gate) {
    return PredictionHandler.builder(model.provider(number -> gate.pass()));
  }

  @Test
  void required_each_of_many_parallel_clients_gets_its_own_answers() throws Exception {
    ServedHandler served = ready(PredictionHandler.builder(model.provider(number -> {})));
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Callable<Integer>> work = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int client = i;
        work.add(() -> client(served, client));
      }
      int rightAnswers = 0;
      for (Future<Integer> done : clients.invokeAll(work)) {
        rightAnswers += done.get();
      }
      assertThat(rightAnswers).isEqualTo(CLIENTS * REQUESTS_PER_CLIENT);
    } finally {
      clients.shutdownNow();
    }
  }

  private static int client(ServedHandler served, int client) throws IOException {
    try (RawConnection connection = served.connect()) {
      for (int request = 0; request < REQUESTS_PER_CLIENT; request++) {
        String instances = "[" + client + "," + request + "]";
        connection.send(Wire.post("/predict", "{\"instances\": " + instances + "}"));
        assertThat(numbers(connection.answer())).containsExactly(client, request);
      }
    }
    return REQUESTS_PER_CLIENT;
  }

  private static List<Integer> numbers(Answer answer) throws IOException {
    List<Integer> numbers = new ArrayList<>();
    answer.predictions().forEach(prediction -> numbers.add(prediction.asInt()));
    return numbers;
  }

  @Test
  void required_C1_37_health_answers_while_many_small_requests_wait_for_a_predictor()
      throws Exception {
    Gate gate = newGate();
    ServedHandler served = ready(behind(gate));
    List<RawConnection> waiting = new ArrayList<>();
    for (int client = 0; client < CLIENTS; client++) {
      waiting.add(connect(served).send(Wire.post("/predict", envelope(client))));
    }
    gate.awaitArrivals(1);
    served.health().expect(200);
    connect(served).send(Wire.request("GET", "/health")).answer().expect(200);
    gate.open();
    for (int client = 0; client < CLIENTS; client++) {
      assertThat(numbers(waiting.get(client).answer())).containsExactly(client);
    }
  }

  @Test
  void required_C8_11_request_beyond_the_queue_is_429_at_once_and_health_stays_200()
      throws Exception {
    Gate gate = newGate();
    ServedHandler served = ready(oneByOne(behind(gate), 2));
    CompletableFuture<Answer> running = served.predictLater(envelope(RUNNING));
    gate.awaitArrivals(1);
    List<CompletableFuture<Answer>> others = predictLater(served, 8);
    Waiting.awaitRejections(others, 6);
    served.health().expect(200);
    gate.open();
    ServedHandler.await(running).predictions();
    assertThat(statuses(others)).containsOnly(200, 429).filteredOn(s -> s == 200).hasSize(2);
    assertThat(numbers(served.predict(envelope(BEHIND)))).containsExactly(BEHIND);
  }

  @Test
  void required_C8_10_bodies_beyond_their_memory_are_429_until_others_are_answered()
      throws Exception {
    Gate gate = newGate();
    ServedHandler served = ready(behind(gate).maxRequestMemory(400_000));
    String large = " ".repeat(200_000) + envelope(1);
    CompletableFuture<Answer> running = served.predictLater(large);
    gate.awaitArrivals(1);
    RawConnection second = connect(served).send(Wire.post("/predict", large));
    RawConnection third = connect(served).send(Wire.post("/predict", large));
    RawConnection rejected = firstAnswered(second, third);
    Answer answer = rejected.answer();
    answer.error(429);
    assertThat(answer.header("retry-after")).isNotNull();
    served.health().expect(200);
    gate.open();
    ServedHandler.await(running).predictions();
    (rejected == second ? third : second).answer();
    Answer last = served.predict(large);
    for (int i = 0; last.status() == 429 && i < 100; i++) {
      last = served.predict(large); // memory may come back a moment after the reply's last byte
    }
    assertThat(last.predictions()).hasSize(1);
  }

  @Test
  void required_C3_22_work_of_a_client_that_has_gone_never_reaches_the_predictor()
      throws Exception {
    Gate gate = newGate();
    ConcurrentLinkedQueue<Integer> seen = new ConcurrentLinkedQueue<>();
    IntConsumer before =
        number -> {
          seen.add(number);
          gate.pass();
        };
    ServedHandler served = ready(oneByOne(PredictionHandler.builder(model.provider(before)), 1));
    CompletableFuture<Answer> running = served.predictLater(envelope(RUNNING));
    gate.awaitArrivals(1);
    waitingInQueue(served).close();
    RawConnection behind = acceptedOnceThereIsRoom(served);
    gate.open();
    ServedHandler.await(running).predictions();
    assertThat(numbers(behind.answer())).containsExactly(BEHIND);
    assertThat(seen).containsExactly(RUNNING, BEHIND);
  }

  /** Returns the one of two requests that waits in the queue, once the other one was rejected. */
  private RawConnection waitingInQueue(ServedHandler served) throws Exception {
    List<RawConnection> connections = List.of(connect(served), connect(served));
    List<CompletableFuture<Answer>> answers = new ArrayList<>();
    for (RawConnection connection : connections) {
      connection.send(Wire.post("/predict", envelope(GONE)));
      answers.add(answer(connection));
    }
    Waiting.awaitRejections(answers, 1);
    return connections.get(answers.get(0).isDone() ? 1 : 0);
  }

  private static CompletableFuture<Answer> answer(RawConnection connection) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return connection.answer();
          } catch (IOException e) {
            throw new UncheckedIOException(e); // of the connection that the test closes
          }
        },
        LoadContract::inThread);
  }

  /** Waits in a thread of its own: the common pool may have but one, as on two cores. */
  private static void inThread(Runnable waiting) {
    Thread thread = new Thread(waiting, "waiting");
    thread.setDaemon(true);
    thread.start();
  }

  /** Predicts again and again until a request is not rejected but waits. */
  private RawConnection acceptedOnceThereIsRoom(ServedHandler served) throws Exception {
    long limit = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < limit) {
      RawConnection connection = connect(served).send(Wire.post("/predict", envelope(BEHIND)));
      if (waits(connection, served)) {
        return connection;
      }
      connection.answer().error(429);
    }
    throw new AssertionError("the work of a client that has gone still waits in the queue");
  }

  /** On a machine that stalls, a rejection may take its second: so long as another answer does. */
  private static boolean waits(RawConnection connection, ServedHandler served) throws Exception {
    if (connection.answersWithin(AT_ONCE)) {
      return false;
    }
    served.predict("no envelope").error(400);
    return !connection.answersWithin(AT_ONCE);
  }

  @Test
  void required_C1_45_drain_answers_all_that_was_accepted_and_refuses_the_rest() throws Exception {
    Gate gate = newGate();
    ServedHandler served = ready(oneByOne(behind(gate), 4));
    List<CompletableFuture<Answer>> accepted = new ArrayList<>();
    accepted.add(served.predictLater(envelope(RUNNING)));
    gate.awaitArrivals(1);
    accepted.addAll(predictLater(served, 6));
    Waiting.awaitRejections(accepted, 2);
    accepted.removeIf(CompletableFuture::isDone);
    CompletableFuture<Boolean> closed =
        CompletableFuture.supplyAsync(
            () -> served.handler().close(PATIENCE), LoadContract::inThread);
    awaitRefusal(served);
    served.health().expect(503);
    assertThat(closed).isNotDone();
    gate.open();
    for (CompletableFuture<Answer> request : accepted) {
      assertThat(ServedHandler.await(request).predictions()).hasSize(1);
    }
    assertThat(accepted).hasSize(5);
    assertThat(closed).succeedsWithin(PATIENCE).isEqualTo(true);
    served.predict(envelope(GONE)).error(503);
  }

  /** Predicts until the answer is no more that the queue is full but that the server ends. */
  private static void awaitRefusal(ServedHandler served) throws Exception {
    long limit = System.nanoTime() + PATIENCE.toNanos();
    Answer answer = served.predict(envelope(BEHIND));
    while (answer.status() == 429 && System.nanoTime() < limit) {
      answer = served.predict(envelope(BEHIND));
    }
    answer.error(503);
  }

  @Test
  void required_C1_45_drain_ends_when_a_predictor_does_not() throws Exception {
    Gate gate = newGate();
    ServedHandler served = ready(behind(gate));
    CompletableFuture<Answer> stuck = served.predictLater(envelope(RUNNING));
    gate.awaitArrivals(1);
    assertThat(served.handler().close(Duration.ofMillis(100))).isFalse();
    ServedHandler.await(stuck).error(503);
  }

  private static PredictionHandler.Builder oneByOne(PredictionHandler.Builder handler, int queued) {
    return handler.batchPolicy(new BatchPolicy(1, Duration.ZERO, queued));
  }

  private static String envelope(int number) {
    return "{\"instances\": [" + number + "]}";
  }

  private static List<CompletableFuture<Answer>> predictLater(ServedHandler served, int requests) {
    List<CompletableFuture<Answer>> promises = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      promises.add(served.predictLater(envelope(i)));
    }
    return promises;
  }

  private static List<Integer> statuses(List<CompletableFuture<Answer>> promises) throws Exception {
    List<Integer> statuses = new ArrayList<>();
    for (CompletableFuture<Answer> promise : promises) {
      statuses.add(ServedHandler.await(promise).status());
    }
    return statuses;
  }
}
