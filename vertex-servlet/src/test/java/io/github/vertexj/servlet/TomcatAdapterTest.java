package io.github.vertexj.servlet;

import io.github.vertexj.serving.PredictionHandler;
import io.github.vertexj.servlet.tomcat.ClientWatch;
import io.github.vertexj.testkit.AdapterContract;
import io.github.vertexj.testkit.RunningServer;
import java.nio.file.Path;
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
    tomcat.getConnector().setProperty("continueResponseTiming", "onRead");
    tomcat.getEngine().setBackgroundProcessorDelay(1);
    tomcat.getEngine().getPipeline().addValve(new ClientWatch());
    Context root = tomcat.addContext("", null);
    Wrapper servlet = Tomcat.addServlet(root, "predictions", new PredictionServlet(handler));
    servlet.setAsyncSupported(true);
    servlet.addMapping("/");
    tomcat.start();
    return RunningServer.of(tomcat.getConnector().getLocalPort(), () -> stop(tomcat));
  }

  private static void stop(Tomcat tomcat) {
    try {
      tomcat.stop();
      tomcat.destroy();
    } catch (LifecycleException e) {
      throw new AssertionError(e);
    }
  }
}
