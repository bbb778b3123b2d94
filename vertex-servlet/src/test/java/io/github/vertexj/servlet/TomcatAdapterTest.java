package io.github.vertexj.servlet;

import io.github.vertexj.serving.PredictionHandler;
import io.github.vertexj.servlet.tomcat.ClientWatch;
import io.github.vertexj.testkit.AdapterContract;
import io.github.vertexj.testkit.RunningServer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.io.TempDir;

/** The contract, kept by the servlet in Tomcat with the settings of the example's server.xml. */
final class TomcatAdapterTest extends AdapterContract {
  @TempDir private Path directory;

  @Override
  protected RunningServer serve(PredictionHandler handler) throws LifecycleException {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(directory.toString());
    tomcat.setPort(0);
    tomcat.getEngine().setBackgroundProcessorDelay(1);
    tomcat.getEngine().getPipeline().addValve(new ClientWatch());
    Context root = tomcat.addContext("", null);
    Wrapper servlet = Tomcat.addServlet(root, "predictions", new PredictionServlet(handler));
    servlet.setAsyncSupported(true);
    servlet.addMapping("/");
    tomcat.start();
    return RunningServer.of(tomcat.getConnector().getLocalPort(), () -> stop(tomcat));
  }

  @Override
  protected Set<Integer> closingStatuses() {
    return Set.of(400, 413, 500, 503); // no setting of Tomcat changes that
  }

  @Override
  protected Map<String, String> notKept() {
    return Map.of(
        "required_C1_20_pipelined_requests_are_answered_in_order",
        "Tomcat closes the connection after a 400, which is among the pipelined ones");
  }

  private static void stop(Tomcat tomcat) {
    try {
      if (tomcat.getServer().getState().isAvailable()) {
        tomcat.stop();
        tomcat.destroy();
      }
    } catch (LifecycleException e) {
      throw new AssertionError(e);
    }
  }
}
