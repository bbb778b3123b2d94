package io.github.vertexj.tomcatwar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM, while requests keep coming. */
@EnabledOnOs(OS.LINUX)
class StopTest {
  private static final int CLIENTS = 8;
  private static final int REQUESTS_BEFORE = 200;

  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final CountDownLatch warm = new CountDownLatch(REQUESTS_BEFORE);

  @Test
  void C1_45_sigterm_under_load_loses_no_request_and_exits_with_0(@TempDir Path base)
      throws Exception {
    String envelope = Digits.envelope(Digits.heldOut().subList(0, 32));
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try (TomcatProcess tomcat =
        TomcatProcess.start(TomcatProcess.layOut(base), Map.of()).awaitHealth(200)) {
      List<CompletableFuture<Void>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(CompletableFuture.runAsync(() -> client(tomcat, envelope), threads));
      }
      warm.await();
      tomcat.terminate();
      CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new)).join();
      assertThat(tomcat.awaitExit()).isZero();
      assertThat(answered.get()).isGreaterThanOrEqualTo(REQUESTS_BEFORE);
      assertThat(refused.get()).isEqualTo(CLIENTS);
      assertThat(tomcat.stdout()).contains("Finishing the accepted predictions");
    } finally {
      threads.shutdownNow();
    }
  }

  /** Predicts until the server refuses; an answer that does not come fails the test. */
  private void client(TomcatProcess tomcat, String envelope) {
    try {
      int status = 200;
      while (status == 200) {
        HttpResponse<String> response = tomcat.predict(envelope);
        status = response.statusCode();
        if (status == 200) {
          assertThat(Digits.predictions(response.body())).hasSize(32);
          answered.incrementAndGet();
          warm.countDown();
        }
      }
      assertThat(status).isEqualTo(503);
      refused.incrementAndGet();
    } catch (ConnectException closed) {
      refused.incrementAndGet();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("a request was lost", e);
    }
  }

  @Test
  void C1_45_health_is_503_first_while_predictions_are_served(@TempDir Path base) throws Exception {
    String envelope = Digits.envelope(Digits.heldOut().subList(0, 1));
    Map<String, String> platform =
        Map.of(
            "AIP_MODE", "PREDICTION",
            "AIP_HEALTH_ROUTE", "/health",
            "AIP_PREDICT_ROUTE", "/predict");
    try (TomcatProcess tomcat =
        TomcatProcess.start(TomcatProcess.layOut(base), platform).awaitHealth(200)) {
      tomcat.terminate();
      tomcat.awaitHealth(503);
      HttpResponse<String> response = tomcat.predict(envelope);
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Connection")).hasValue("close");
      assertThat(tomcat.awaitExit()).isZero();
    }
  }
}
