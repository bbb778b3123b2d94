package io.github.vertexj.undertow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.StartException;
import io.github.vertexj.env.Environment;
import io.github.vertexj.env.InvalidEnvironmentException;
import io.github.vertexj.serving.Readiness;
import io.github.vertexj.undertow.RawClient.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ModelServerTest {
  private static final String HELLO = "{\"instances\":[\"hello\"]}";
  private static final String FIVE = "{\"predictions\":[5]}";

  private final List<ModelServer> servers = new ArrayList<>();

  private ModelServer start(ModelServer.Builder builder) {
    ModelServer server = builder.build();
    servers.add(server);
    return server.start();
  }

  @AfterEach
  void closeAll() {
    servers.forEach(ModelServer::close);
  }

  private static ModelServer.Builder serverOf(PredictorProvider<?, ?> provider) {
    return ModelServer.builder(provider).environment(Environment.of(Map.of())).port(0);
  }

  private static Answer get(ModelServer server, String path) throws IOException {
    try (RawClient client = new RawClient(server.port())) {
      return client.send(RawClient.get(path)).read();
    }
  }

  private static Answer predict(ModelServer server, String body) throws IOException {
    try (RawClient client = new RawClient(server.port())) {
      return client.send(RawClient.post("/predict", body)).read();
    }
  }

  /** Predicts lengths of texts; loading and predicting wait until they are let go. */
  private static final class Lengths implements PredictorProvider<String, Integer> {
    final CountDownLatch loading = new CountDownLatch(1);
    final Semaphore mayLoad = new Semaphore(0);
    final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    final Semaphore mayPredict = new Semaphore(0);
    final CountDownLatch closed = new CountDownLatch(1);

    static Lengths loaded() {
      Lengths lengths = new Lengths();
      lengths.mayLoad.release();
      return lengths;
    }

    @Override
    public LoadedModel<String, Integer> load(DeployedModel model, LoadProgress progress)
        throws InterruptedException {
      progress.report("thinking hard");
      loading.countDown();
      mayLoad.acquire();
      return LoadedModel.builder(String.class, worker -> this::predict)
          .onClose(closed::countDown)
          .build();
    }

    private List<Integer> predict(List<String> texts, Parameters parameters)
        throws InterruptedException {
      List<Integer> predictions = new ArrayList<>();
      for (String text : texts) {
        seen.add(text);
        mayPredict.acquire();
        predictions.add(text.length());
      }
      return predictions;
    }
  }

  @Test
  void C1_22_portIsBoundBeforeTheModelIsLoaded_andHealthSays503() throws Exception {
    Lengths lengths = new Lengths();
    ModelServer server = start(serverOf(lengths));
    lengths.loading.await();
    Answer health = get(server, "/health");
    assertThat(health.status()).isEqualTo(503);
    assertThat(health.body()).contains("thinking hard");
    assertThat(predict(server, HELLO).status()).isEqualTo(503);
    lengths.mayLoad.release();
    lengths.mayPredict.release();
    server.awaitReady();
    assertThat(get(server, "/health").status()).isEqualTo(200);
    assertThat(predict(server, HELLO).body()).isEqualTo(FIVE);
  }

  @Test
  void modelThatCannotBeLoaded_leavesHealthAt503WithTheReason() throws Exception {
    PredictorProvider<String, String> broken =
        (model, progress) -> {
          throw new IllegalStateException("no weights");
        };
    ModelServer server = start(serverOf(broken));
    assertThatThrownBy(server::awaitReady)
        .isInstanceOf(StartException.class)
        .hasMessage("the model could not be loaded: no weights");
    Answer health = get(server, "/health");
    assertThat(health.status()).isEqualTo(503);
    assertThat(health.body()).contains("no weights");
  }

  @Test
  void of_servesAPredictor() throws Exception {
    Predictor<String, Integer> lengths =
        new Predictor<>() {
          @Override
          public List<Integer> predict(List<String> texts, Parameters parameters) {
            return texts.stream().map(String::length).toList();
          }
        };
    assertThat(predict(start(serverOf(PredictorProvider.of(lengths))).awaitReady(), HELLO).body())
        .isEqualTo(FIVE);
  }

  @Test
  void close_finishesTheAcceptedPredictions_thenClosesModelAndPort() throws Exception {
    Lengths lengths = Lengths.loaded();
    ModelServer server = start(serverOf(lengths)).awaitReady();
    int port = server.port();
    try (RawClient client = new RawClient(port)) {
      client.send(RawClient.post("/predict", HELLO));
      lengths.seen.take();
      Thread closing = new Thread(server::close);
      closing.start();
      while (get(server, "/health").status() == 200) {
        Thread.onSpinWait();
      }
      assertThat(lengths.closed.getCount()).isEqualTo(1);
      lengths.mayPredict.release();
      Answer answer = client.read();
      assertThat(answer.body()).isEqualTo(FIVE);
      assertThat(answer.headers()).containsEntry("connection", "close");
      closing.join();
    }
    assertThat(lengths.closed.getCount()).isZero();
    assertThatThrownBy(() -> new RawClient(port)).isInstanceOf(IOException.class);
  }

  @Test
  void C1_45_drainDelay_servesOnWhileHealthSays503() throws Exception {
    Lengths lengths = Lengths.loaded();
    lengths.mayPredict.release(2);
    ModelServer server = start(serverOf(lengths).drainDelay(Duration.ofMinutes(10))).awaitReady();
    Thread closing = new Thread(server::close);
    closing.start();
    while (get(server, "/health").status() == 200) {
      Thread.onSpinWait();
    }
    assertThat(get(server, "/health").body()).contains("draining");
    Answer answer = predict(server, HELLO);
    assertThat(answer.body()).isEqualTo(FIVE);
    assertThat(answer.headers()).containsEntry("connection", "close");
    closing.interrupt(); // cuts the delay short
    closing.join();
    assertThat(lengths.closed.getCount()).isZero();
  }

  @Test
  void close_leavesAPredictionThatHangs() throws Exception {
    Lengths lengths = Lengths.loaded();
    ModelServer server = start(serverOf(lengths).patience(Duration.ofMillis(1))).awaitReady();
    try (RawClient client = new RawClient(server.port())) {
      client.send(RawClient.post("/predict", HELLO));
      lengths.seen.take();
      server.close();
    }
    assertThat(lengths.closed.getCount()).as("the model is still in use").isEqualTo(1);
    lengths.mayPredict.release();
  }

  @Test
  void close_mayBeCalledAgain_andBeforeTheStart() {
    ModelServer server = serverOf(Lengths.loaded()).build();
    server.close();
    server.close();
    assertThatThrownBy(server::start).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(server::awaitReady).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void close_whileLoading_endsTheServer() throws Exception {
    Lengths lengths = new Lengths();
    ModelServer server = start(serverOf(lengths));
    lengths.loading.await();
    server.close();
    assertThat(server.readiness().state()).isEqualTo(Readiness.State.DRAINING);
    lengths.mayLoad.release();
    lengths.closed.await();
  }

  @Test
  void takenPort_isNamed() {
    ModelServer first = start(serverOf(Lengths.loaded()));
    ModelServer second = serverOf(Lengths.loaded()).port(first.port()).build();
    assertThatThrownBy(second::start)
        .isInstanceOf(StartException.class)
        .hasMessageContaining("port " + first.port() + " on 0.0.0.0 cannot be bound")
        .hasMessageContaining("AIP_HTTP_PORT")
        .hasMessageNotContaining("\n");
  }

  @Test
  void C1_15_portAndRoutes_areTheEnvironments() throws Exception {
    Lengths lengths = Lengths.loaded();
    Environment environment =
        Environment.of(Map.of("AIP_HTTP_PORT", "http", "AIP_HEALTH_ROUTE", "/ping"));
    assertThatThrownBy(ModelServer.builder(lengths).environment(environment)::build)
        .isInstanceOf(InvalidEnvironmentException.class);
    ModelServer server =
        start(ModelServer.builder(lengths).environment(environment).port(0)).awaitReady();
    assertThat(get(server, "/ping").status()).isEqualTo(200);
    assertThat(get(server, "/health").status()).isEqualTo(404);
    assertThat(server.uri()).hasToString("http://localhost:" + server.port());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65_536})
  void portOutOfRange_isRefused(int port) {
    ModelServer.Builder builder = serverOf(Lengths.loaded());
    assertThatIllegalArgumentException().isThrownBy(() -> builder.port(port));
  }

  @Test
  void otherSettingsOutOfRange_areRefused() {
    ModelServer.Builder builder = serverOf(Lengths.loaded());
    Duration negative = Duration.ofMillis(-1);
    assertThatIllegalArgumentException().isThrownBy(() -> builder.workerThreads(0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.drainDelay(negative));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.patience(negative));
  }

  /** Predictors that hold their threads until all of them are at work. */
  private static final class Together implements PredictorProvider<String, String> {
    private static final int ALL = 12;
    private final CountDownLatch atWork = new CountDownLatch(ALL);

    @Override
    public LoadedModel<String, String> load(DeployedModel model, LoadProgress progress) {
      return LoadedModel.builder(String.class, worker -> this::predict).workers(ALL).build();
    }

    private List<String> predict(List<String> instances, Parameters parameters)
        throws InterruptedException {
      atWork.countDown();
      atWork.await();
      return instances;
    }
  }

  /** A predictor that waits, as for a service, until as many calls of it wait as there may be. */
  private static PredictorProvider<String, String> waitingFor(int calls) {
    CyclicBarrier together = new CyclicBarrier(calls);
    return PredictorProvider.of(
        String.class,
        (texts, parameters) -> {
          together.await(30, TimeUnit.SECONDS);
          return texts;
        });
  }

  @Test
  void workers_ofOnePredictorThatWaits_allWaitAtTheSameTimeForOneRequest(@TempDir Path directory)
      throws Exception {
    String four = "{\"instances\":[\"a\",\"b\",\"c\",\"d\"]}";
    String answer = "{\"predictions\":[\"a\",\"b\",\"c\",\"d\"]}";
    Files.writeString(directory.resolve("serving.properties"), "workers=4");
    for (ModelServer.Builder builder :
        List.of(
            serverOf(waitingFor(4)).workers(4),
            serverOf(waitingFor(4).workers(4)),
            serverOf(waitingFor(4)).workers(1).storageUri(directory.toString()))) {
      assertThat(predict(start(builder).awaitReady(), four).body()).isEqualTo(answer);
    }
  }

  @Test
  void virtualThreads_manyWorkersWait_onThreadsThatAreTheirOwn(@TempDir Path directory)
      throws Exception {
    assumeTrue(Runtime.version().feature() >= 21, "the JDK has no virtual threads");
    Files.writeString(directory.resolve("serving.properties"), "workers=300\nvirtual_threads=true");
    String many = "[" + "\"a\",".repeat(299) + "\"a\"]";
    for (ModelServer.Builder builder :
        List.of(
            serverOf(waitingFor(300)).storageUri(directory.toString()),
            serverOf(waitingFor(300)).workers(300).handler(h -> h.virtualThreads()))) {
      ModelServer server = start(builder).awaitReady();
      assertThat(predict(server, "{\"instances\":" + many + "}").body())
          .isEqualTo("{\"predictions\":" + many + "}");
      assertThat(Thread.getAllStackTraces().keySet()) // it lists no virtual ones
          .extracting(Thread::getName)
          .doesNotContain("vertex-batch-7");
    }
  }

  @Test
  void predict_morePredictorsThanThreads_allRunAtTheSameTime() throws Exception {
    BatchPolicy alone = BatchPolicy.DEFAULT.maxBatchSize(1);
    ModelServer server =
        start(serverOf(new Together()).workerThreads(1).batchPolicy(alone)).awaitReady();
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < Together.ALL; i++) {
        clients.add(new RawClient(server.port()).send(RawClient.post("/predict", HELLO)));
      }
      for (RawClient client : clients) {
        assertThat(client.read().status()).isEqualTo(200);
      }
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }
}
