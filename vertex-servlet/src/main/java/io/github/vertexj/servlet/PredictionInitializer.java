package io.github.vertexj.servlet;

import io.github.vertexj.StartException;
import io.github.vertexj.env.Environment;
import io.github.vertexj.env.InvalidEnvironmentException;
import io.github.vertexj.env.Routes;
import io.github.vertexj.serving.PredictionHandler;
import io.github.vertexj.start.InstalledProviders;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a WAR with a {@link io.github.vertexj.PredictorProvider} a model server: the servlet
 * container finds and calls this, and nothing is configured in the WAR.
 *
 * <p>Routes, ids and the storage URI come from the environment, as in the launcher. The servlet is
 * mapped to {@code /}, for the pattern of a mapping cannot express every route, while the servlet
 * compares them as literals; the routes themselves, and the paths of raw handlers, are mapped too
 * where a pattern can, so that they go before wider mappings of the application. The model is
 * loaded in the background, and health says 503 until it is ready. When the WAR is undeployed,
 * accepted predictions are finished and the model is closed.
 */
public final class PredictionInitializer implements ServletContainerInitializer {
  /**
   * The servlet context's attribute that holds the {@link PredictionHandler}, for the application's
   * metrics and for what stops the server.
   */
  public static final String HANDLER = PredictionHandler.class.getName();

  /**
   * The servlet context's attribute that holds the promise of {@link PredictionHandler#start}: a
   * {@code CompletableFuture<String>}.
   */
  public static final String STARTED = HANDLER + ".started";

  private static final Logger LOG = LoggerFactory.getLogger(PredictionInitializer.class);
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** Creates an initializer, which the servlet container does. */
  public PredictionInitializer() {}

  @Override
  public void onStartup(@Nullable Set<Class<?>> classes, ServletContext context)
      throws ServletException {
    try {
      requireRoot(context);
      PredictionHandler handler =
          PredictionHandler.builder(InstalledProviders.select(null))
              .environment(Environment.current())
              .build();
      map(new PredictionServlet(handler), patterns(handler), context);
      context.setAttribute(HANDLER, handler);
      context.addListener(new Lifecycle(handler));
    } catch (StartException | InvalidEnvironmentException e) {
      throw new ServletException(e.getMessage(), e);
    }
  }

  private static void requireRoot(ServletContext context) {
    String path = context.getContextPath();
    if (!path.isEmpty()) {
      throw new StartException(
          "this application is deployed at %s, where the platform's requests never arrive: deploy it"
                  .formatted(path)
              + " as ROOT.war, at the root of the server");
    }
  }

  private static Set<String> patterns(PredictionHandler handler) {
    Routes routes = handler.routes();
    Set<String> patterns = new LinkedHashSet<>();
    patterns.addAll(List.of("/", routes.healthRoute(), routes.predictRoute()));
    patterns.addAll(handler.handlerPaths());
    patterns.removeIf(pattern -> !literal(pattern));
    return patterns;
  }

  private static void map(PredictionServlet servlet, Set<String> patterns, ServletContext context) {
    ServletRegistration.Dynamic registration = context.addServlet("predictions", servlet);
    if (registration == null) {
      throw new StartException(
          "this application has a servlet named predictions already; give that one another name");
    }
    registration.setAsyncSupported(true);
    for (String pattern : patterns) {
      if (!registration.addMapping(pattern).isEmpty()) {
        throw new StartException(
            "this application maps another servlet to %s; leave that path to the predictions"
                .formatted(pattern));
      }
    }
  }

  /** Whether a servlet mapping means just this path: a star or an escape would mean others. */
  private static boolean literal(String route) {
    return route.chars().noneMatch(c -> c == '*' || c == '%' || c == ';');
  }

  private record Lifecycle(PredictionHandler handler) implements ServletContextListener {
    @Override
    public void contextInitialized(ServletContextEvent event) {
      CompletableFuture<String> started = handler.start();
      event.getServletContext().setAttribute(STARTED, started);
      var unused = started.thenAccept(model -> LOG.info("Ready: {}; {}", handler.routes(), model));
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
      if (!handler.close(PATIENCE)) {
        LOG.warn("Closed with predictions unfinished");
      }
      if (event.getServletContext().getAttribute(STARTED) instanceof CompletableFuture<?> started) {
        awaitEnd(started);
      }
    }

    /** A model that still loads does so with classes that will be gone. */
    private static void awaitEnd(CompletableFuture<?> started) {
      try {
        started.handle((model, failure) -> true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      } catch (TimeoutException | ExecutionException e) {
        LOG.warn("Closed while the model was still loading");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
