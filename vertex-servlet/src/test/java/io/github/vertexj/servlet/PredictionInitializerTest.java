package io.github.vertexj.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.serving.PredictionHandler;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A web application that holds nothing but a provider. */
final class PredictionInitializerTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final int PATIENCE_MILLIS = 30_000;

  @TempDir private Path directory;
  private final Tomcat tomcat = new Tomcat();
  private @Nullable ServletException failure;

  @BeforeEach
  void configure() {
    tomcat.setBaseDir(directory.toString());
    tomcat.setPort(0);
    tomcat.getConnector();
  }

  @AfterEach
  void stop() throws LifecycleException {
    tomcat.stop();
    tomcat.destroy();
  }

  @Test
  void application_atTheRoot_servesTheProviderThatIsFound() throws Exception {
    Context application = start("");
    assertThat(started(application)).contains("cpu");
    assertThat(get("/health").statusCode()).isEqualTo(200);
    assertThat(post("/predict", "{\"instances\": [4, 5]}").body())
        .isEqualTo("{\"predictions\":[8,10]}");
    assertThat(get("/anything/else").statusCode()).isEqualTo(404);
    assertThat(application.getServletContext().getAttribute(PredictionInitializer.HANDLER))
        .isInstanceOf(PredictionHandler.class);
  }

  @Test
  void application_withWiderMappings_keepsThemBesideTheRoutes() throws Exception {
    Context application = tomcat.addContext("", null);
    Tomcat.addServlet(application, "all", new Teapot()).addMapping("/*");
    started(start(application));
    assertThat(get("/health").statusCode()).isEqualTo(200);
    assertThat(get("/twice?21").body()).isEqualTo("42");
    assertThat(get("/pot").statusCode()).isEqualTo(418);
  }

  @Test
  void application_thatIsUndeployed_closesTheModelAndItsThreads() throws Exception {
    Context application = start("");
    started(application);
    int closed = DoublingProvider.CLOSED.get();
    application.stop();
    assertThat(DoublingProvider.CLOSED).hasValue(closed + 1);
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("vertex-")) {
        thread.join(PATIENCE_MILLIS); // it may have been told to end a moment ago
        assertThat(thread.isAlive()).as(thread.getName()).isFalse();
      }
    }
  }

  @Test
  void application_withItsOwnServletOfThatName_doesNotStart() throws Exception {
    Context application = tomcat.addContext("", null);
    Tomcat.addServlet(application, "predictions", new Teapot());
    start(application);
    assertThat(application.getState().isAvailable()).isFalse();
    assertThat(failure).hasMessageContaining("a servlet named predictions already");
  }

  @Test
  void application_elsewhere_doesNotStartAndSaysWhereItBelongs() throws Exception {
    Context application = start("/digits");
    assertThat(application.getState().isAvailable()).isFalse();
    assertThat(failure)
        .hasMessage(
            "this application is deployed at /digits, where the platform's requests never arrive:"
                + " deploy it as ROOT.war, at the root of the server");
  }

  @Test
  void application_withAServletOnARoute_doesNotStartAndNamesTheRoute() throws Exception {
    Context application = tomcat.addContext("", null);
    application.addServletContainerInitializer(
        (classes, context) -> {
          Set<String> taken = context.addServlet("mine", new Teapot()).addMapping("/predict");
          assertThat(taken).isEmpty();
        },
        Set.of());
    start(application);
    assertThat(application.getState().isAvailable()).isFalse();
    assertThat(failure)
        .hasMessage(
            "this application maps another servlet to /predict; leave that path to the predictions");
  }

  private Context start(String path) throws LifecycleException {
    return start(tomcat.addContext(path, null));
  }

  private Context start(Context application) throws LifecycleException {
    application.addServletContainerInitializer(
        (classes, context) -> {
          try {
            new PredictionInitializer().onStartup(classes, context);
          } catch (ServletException e) {
            failure = e;
            throw e;
          }
        },
        Set.of());
    tomcat.start();
    return application;
  }

  private static String started(Context application) throws Exception {
    CompletableFuture<?> started =
        (CompletableFuture<?>)
            application.getServletContext().getAttribute(PredictionInitializer.STARTED);
    return (String) started.get(30, TimeUnit.SECONDS);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(HttpRequest.newBuilder(uri(path)));
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return send(HttpRequest.newBuilder(uri(path)).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://localhost:" + tomcat.getConnector().getLocalPort() + path);
  }

  private static final class Teapot extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(
        jakarta.servlet.http.HttpServletRequest request,
        jakarta.servlet.http.HttpServletResponse response) {
      response.setStatus(418);
    }
  }
}
