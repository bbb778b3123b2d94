package io.github.vertexj.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.PredictorProvider;
import io.github.vertexj.serving.PredictionHandler;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.Wrapper;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.net.SocketProcessorBase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a prediction that the container has no thread for. */
@Timeout(60)
class RefusedStartTest {
  private static final String BODY = "{\"instances\":[1" + " ".repeat(60_000) + "]}";

  private final AtomicBoolean full = new AtomicBoolean();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Tomcat tomcat = new Tomcat();
  @TempDir private Path directory;

  @AfterEach
  void stop() throws Exception {
    tomcat.stop();
    tomcat.destroy();
    threads.shutdownNow();
  }

  /** Runs what a connection needs, and, unless there are too many, what a request asks for. */
  private void execute(Runnable task) {
    if (full.get() && !(task instanceof SocketProcessorBase)) {
      throw new RejectedExecutionException("no thread is left");
    }
    threads.execute(task);
  }

  private void serve(PredictionHandler handler) throws Exception {
    tomcat.setBaseDir(directory.toString());
    tomcat.setPort(0);
    tomcat.getConnector().getProtocolHandler().setExecutor(this::execute);
    Wrapper servlet =
        Tomcat.addServlet(tomcat.addContext("", null), "all", new PredictionServlet(handler));
    servlet.setAsyncSupported(true);
    servlet.addMapping("/");
    tomcat.start();
  }

  @Test
  void refusedStart_isUnavailableAndGivesTheBodysMemoryBack() throws Exception {
    PredictorProvider<Integer, Integer> echo =
        PredictorProvider.of(Integer.class, (instances, parameters) -> instances);
    try (PredictionHandler handler =
        PredictionHandler.builder(echo).maxRequestMemory(280_000).build()) {
      handler.start().join();
      serve(handler);
      full.set(true);
      assertThat(post()).isEqualTo(503);
      full.set(false);
      assertThat(post()).isEqualTo(200); // beside the first body there was no room for this one
    }
  }

  private int post() throws IOException, InterruptedException {
    URI uri = URI.create("http://localhost:" + tomcat.getConnector().getLocalPort() + "/predict");
    HttpRequest request =
        HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString(BODY)).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
  }
}
