package io.github.vertexj.embedded;

import com.sun.net.httpserver.HttpServer;
import io.github.vertexj.serving.PredictionHandler;
import io.github.vertexj.testkit.AdapterContract;
import io.github.vertexj.testkit.RunningServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The platform's container contract, inherited: all tests that an adapter needs. */
final class PredictionHttpHandlerTest extends AdapterContract {

  @Override
  protected RunningServer serve(PredictionHandler handler) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ExecutorService threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.createContext("/", new PredictionHttpHandler(handler, threads));
    server.start();
    return RunningServer.of(
        server.getAddress().getPort(),
        () -> {
          server.stop(0);
          threads.shutdown();
        });
  }

  @Override
  protected Map<String, String> notKept() {
    return Map.of(
        "required_C3_22_work_of_a_client_that_has_gone_never_reaches_the_predictor",
        "the JDK's server does not look at a connection while its request is handled",
        "required_C3_22_a_predictor_learns_that_its_client_has_gone",
        "the JDK's server does not look at a connection while its request is handled",
        "required_C3_22_a_client_that_leaves_stops_a_silent_writer",
        "nor between two pieces of a reply: the next one, or a keep-alive, tells");
  }
}
