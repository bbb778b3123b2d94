package io.github.vertexj.emulator;

import io.github.vertexj.PredictorProvider;
import io.github.vertexj.StartException;
import io.github.vertexj.env.Environment;
import io.github.vertexj.undertow.ModelServer;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Predictors behind launchers in this JVM. */
record LauncherSource(Supplier<? extends PredictorProvider<?, ?>> provider)
    implements ServerRun.Source {

  @Override
  public ServerRun start(int replica, Map<String, String> variables) {
    ModelServer server =
        ModelServer.builder(provider.get())
            .environment(Environment.of(variables))
            .host("127.0.0.1")
            .port(0)
            // The front end is told before: no traffic has to move away first.
            .drainDelay(Duration.ZERO)
            .build()
            .start();
    return new Launched(server);
  }

  private static final class Launched implements ServerRun {
    private final ModelServer server;
    private final URI baseUri;
    private final CompletableFuture<String> failure;

    Launched(ModelServer server) {
      this.server = server;
      this.baseUri = server.uri();
      this.failure = CompletableFuture.supplyAsync(() -> failure(server), Launched::inThread);
    }

    /** What the launcher would end its process with; never returns for a server that is well. */
    private static String failure(ModelServer server) {
      try {
        server.awaitReady();
        return "";
      } catch (StartException e) {
        return String.valueOf(e.getMessage());
      }
    }

    private static void inThread(Runnable task) {
      Thread thread = new Thread(task, "await-model");
      thread.setDaemon(true);
      thread.start();
    }

    @Override
    public URI baseUri() {
      return baseUri;
    }

    @Override
    public boolean running() {
      return failure.getNow("").isEmpty();
    }

    @Override
    public String end() {
      return failure.getNow("it has ended");
    }

    @Override
    public void close() {
      server.close();
    }
  }
}
