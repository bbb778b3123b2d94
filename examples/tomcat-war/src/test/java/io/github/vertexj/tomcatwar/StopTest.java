package io.github.vertexj.tomcatwar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM, while requests keep coming. */
@EnabledOnOs(OS.LINUX)
class StopTest {
  private static final int CLIENTS = 8;
  private static final int REQUESTS = 100;
  private static final int REQUESTS_WHILE_DRAINING = 3 * CLIENTS; // a slow machine has 5 s for them

  private final Semaphore answered = new Semaphore(0);
  private volatile boolean trafficHasMoved;

  @Test
  void C1_45_sigterm_under_load_loses_no_request_and_exits_with_0(@TempDir Path base)
      throws Exception {
    TomcatProcess.layOut(base);
    drainFor(base, 5);
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try (TomcatProcess tomcat = TomcatProcess.start(base, Map.of()).awaitHealth(200)) {
      List<CompletableFuture<Void>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(CompletableFuture.runAsync(() -> client(tomcat), threads));
      }
      answered.acquire(REQUESTS);
      tomcat.terminate();
      tomcat.awaitHealth(503); // the platform sees this, and sends its requests elsewhere
      answered.acquire(answered.availablePermits() + REQUESTS_WHILE_DRAINING);
      trafficHasMoved = true;
      CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new)).join();
      assertThat(tomcat.stdout()).contains("Draining").doesNotContain("Finishing");
      assertThat(tomcat.awaitExit()).isZero();
      assertThat(tomcat.stdout()).contains("Finishing").doesNotContain("ERROR");
    } finally {
      trafficHasMoved = true;
      threads.shutdownNow();
    }
  }

  private static void drainFor(Path base, int seconds) throws IOException {
    String listener = "tomcat.ModelServerListener\"";
    Path lines = base.resolve("conf/server.xml");
    String xml = Files.readString(lines);
    assertThat(xml).contains(listener);
    Files.writeString(
        lines, xml.replace(listener, listener + " drainDelaySeconds=\"" + seconds + "\""));
  }

  private void client(TomcatProcess tomcat) {
    try {
      String envelope = Digits.envelope(Digits.heldOut().subList(0, 32));
      while (!trafficHasMoved) {
        HttpResponse<String> response = tomcat.predict(envelope);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(Digits.predictions(response.body())).hasSize(32);
        answered.release();
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("a request was lost", e);
    }
  }
}
