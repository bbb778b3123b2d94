package io.github.vertexj.servlet;

import io.github.vertexj.serving.PredictionHandler;
import io.github.vertexj.testkit.AdapterContract;
import io.github.vertexj.testkit.RunningServer;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** The contract, kept by the same servlet in another container. */
final class JettyAdapterTest extends AdapterContract {

  @Override
  protected RunningServer serve(PredictionHandler handler) throws Exception {
    Server jetty = new Server();
    HttpConfiguration http = new HttpConfiguration();
    http.setUriCompliance(UriCompliance.UNSAFE); // routes are literals, odd ones included
    ServerConnector connector = new ServerConnector(jetty, new HttpConnectionFactory(http));
    jetty.addConnector(connector);
    ServletContextHandler root = new ServletContextHandler("/");
    ServletHolder servlet = new ServletHolder(new PredictionServlet(handler));
    servlet.setAsyncSupported(true);
    root.addServlet(servlet, "/");
    jetty.setHandler(root);
    jetty.start();
    return RunningServer.of(connector.getLocalPort(), () -> stop(jetty));
  }

  @Override
  protected Map<String, String> notKept() {
    return Map.of(
        "required_C3_22_work_of_a_client_that_has_gone_never_reaches_the_predictor",
        "Jetty does not look at a connection between a request and its reply",
        "required_C3_22_a_predictor_learns_that_its_client_has_gone",
        "Jetty does not look at a connection between a request and its reply",
        "required_C3_22_a_client_that_leaves_stops_a_silent_writer",
        "nor between two pieces of it: the next one, or a keep-alive, tells",
        "required_a_refused_request_with_a_body_leaves_the_connection_usable",
        "Jetty closes a connection if a body is still to come when it has been refused",
        "required_C3_40_other_media_types_are_415",
        "Jetty closes a connection if a body is still to come when it has been refused");
  }

  private static void stop(Server jetty) {
    try {
      jetty.stop();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
