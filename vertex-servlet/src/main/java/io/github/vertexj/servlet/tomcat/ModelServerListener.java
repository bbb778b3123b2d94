package io.github.vertexj.servlet.tomcat;

import io.github.vertexj.env.Environment;
import io.github.vertexj.env.InvalidEnvironmentException;
import io.github.vertexj.serving.PredictionHandler;
import io.github.vertexj.serving.Readiness;
import io.github.vertexj.servlet.PredictionInitializer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.catalina.Container;
import org.apache.catalina.Context;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleEvent;
import org.apache.catalina.LifecycleListener;
import org.apache.catalina.Server;
import org.apache.catalina.Service;
import org.apache.catalina.connector.Connector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener that makes a Tomcat start and stop as the launcher does.
 *
 * <ul>
 *   <li>Its connectors listen on the port of the environment: {@code AIP_HTTP_PORT}, else {@code
 *       PORT}, else 8080.
 *   <li>The process exits with 1 if an application does not start, its model does not load, or the
 *       model's device is lost.
 *   <li>On SIGTERM health says 503 while predictions are served for {@code drainDelaySeconds} more,
 *       by default 5 on the platform and 0 elsewhere; then new ones are refused and the accepted
 *       ones finished, within {@code patienceSeconds}, by default 15; then Tomcat stops, and the
 *       process exits with 0 (C1.45).
 * </ul>
 *
 * <p>It is the first listener in the {@code server.xml}, and its jar lies in Tomcat's {@code lib}
 * folder, together with {@code vertex-core}. Not thread-safe; Tomcat calls it on one thread at a
 * time.
 *
 * <pre>{@code
 * <Server port="-1">
 *   <Listener className="io.github.vertexj.servlet.tomcat.ModelServerListener" />
 * }</pre>
 */
public final class ModelServerListener implements LifecycleListener {
  // The first logger of all: it starts the logging backend before Tomcat has said anything.
  private static final Logger LOG = LoggerFactory.getLogger(ModelServerListener.class);
  private static final int FAILED = 1;

  private final Environment environment = Environment.current();
  private Duration drainDelay = environment.onPlatform() ? Duration.ofSeconds(5) : Duration.ZERO;
  private Duration patience = Duration.ofSeconds(15);

  private volatile boolean started;

  /** Creates a listener, which Tomcat does. */
  public ModelServerListener() {}

  /** Sets how long predictions are still served once health says 503. */
  public void setDrainDelaySeconds(int seconds) {
    drainDelay = notNegative("drainDelaySeconds", seconds);
  }

  /** Sets how long the accepted predictions may take to finish. */
  public void setPatienceSeconds(int seconds) {
    patience = notNegative("patienceSeconds", seconds);
  }

  private static Duration notNegative(String name, int seconds) {
    if (seconds < 0) {
      throw new IllegalArgumentException(name + " must not be negative, but is " + seconds);
    }
    return Duration.ofSeconds(seconds);
  }

  @Override
  public void lifecycleEvent(LifecycleEvent event) {
    if (event.getLifecycle() instanceof Server server) {
      switch (event.getType()) {
        case Lifecycle.BEFORE_INIT_EVENT -> choosePort(server);
        case Lifecycle.AFTER_START_EVENT -> checkApplications(server);
        case Lifecycle.BEFORE_STOP_EVENT -> drain(server);
        case Lifecycle.AFTER_DESTROY_EVENT -> endProcess();
        default -> {}
      }
    }
  }

  private void choosePort(Server server) {
    int port;
    try {
      port = environment.port();
    } catch (InvalidEnvironmentException e) {
      LOG.error("The server cannot start: {}", e.getMessage());
      System.exit(FAILED);
      return;
    }
    for (Service service : server.findServices()) {
      for (Connector connector : service.findConnectors()) {
        connector.setPort(port);
      }
    }
  }

  private void checkApplications(Server server) {
    started = true;
    for (Context application : applications(server)) {
      if (!application.getState().isAvailable()) {
        LOG.error(
            "An application did not start, as said above; without it the process is of no use");
        System.exit(FAILED);
      }
      if (attribute(application, PredictionInitializer.HANDLER)
          instanceof PredictionHandler handler) {
        handler.readiness().failure().thenAccept(reason -> exit());
      }
    }
  }

  /**
   * A process without a model is of no use: the platform shall see it end, and restarts it (C1.33,
   * C1.48). On a thread of its own, as the exit waits for the predictors' threads.
   */
  private void exit() {
    started = false;
    new Thread(() -> System.exit(FAILED), "vertex-stop").start();
  }

  /** Tomcat is to stop, but nothing of it has: its connectors still take requests. */
  private void drain(Server server) {
    List<PredictionHandler> handlers = new ArrayList<>();
    for (Context application : applications(server)) {
      if (attribute(application, PredictionInitializer.HANDLER)
          instanceof PredictionHandler handler) {
        handlers.add(handler);
      }
    }
    boolean serving =
        handlers.stream().anyMatch(handler -> handler.readiness().state() == Readiness.State.READY);
    handlers.forEach(PredictionHandler::unready);
    if (serving) {
      LOG.info(
          "Draining: health says 503, predictions are served for another {} s",
          drainDelay.toSeconds());
      pause(drainDelay);
    }
    LOG.info("Finishing the accepted predictions, within {} s", patience.toSeconds());
    handlers.forEach(handler -> handler.close(patience));
  }

  private static void pause(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * All is closed; what is left is to say how it went, where the JVM would say 143 after SIGTERM.
   */
  private void endProcess() {
    if (!started) {
      Runtime.getRuntime().halt(FAILED);
    } else if (shuttingDown()) {
      Runtime.getRuntime().halt(0);
    }
  }

  private static boolean shuttingDown() {
    try {
      return Runtime.getRuntime().removeShutdownHook(new Thread()); // false: it is no hook
    } catch (IllegalStateException shutdownInProgress) {
      return true;
    }
  }

  private static @Nullable Object attribute(Context application, String name) {
    return application.getServletContext().getAttribute(name);
  }

  private static List<Context> applications(Server server) {
    List<Context> applications = new ArrayList<>();
    for (Service service : server.findServices()) {
      for (Container host : service.getContainer().findChildren()) {
        for (Container application : host.findChildren()) {
          applications.add((Context) application);
        }
      }
    }
    return applications;
  }
}
