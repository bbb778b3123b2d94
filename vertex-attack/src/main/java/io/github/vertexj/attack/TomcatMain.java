package io.github.vertexj.attack;

import io.github.vertexj.servlet.PredictionInitializer;
import io.github.vertexj.servlet.tomcat.ClientWatch;
import io.github.vertexj.servlet.tomcat.ModelServerListener;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/** A Tomcat as examples/tomcat-war sets it up, with the victim as its one application. */
final class TomcatMain {
  private TomcatMain() {}

  public static void main(String[] arguments) throws IOException, LifecycleException {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(Files.createTempDirectory("tomcat").toString());
    tomcat.getServer().addLifecycleListener(new ModelServerListener());
    tomcat.setConnector(connector(Integer.parseInt(System.getenv("AIP_HTTP_PORT"))));
    tomcat.getEngine().setBackgroundProcessorDelay(1);
    tomcat.getEngine().getPipeline().addValve(new ClientWatch());
    Context root = tomcat.addContext("", null);
    root.addServletContainerInitializer(new PredictionInitializer(), Set.of());
    tomcat.start();
    tomcat.getServer().await();
  }

  private static Connector connector(int port) {
    Connector connector = new Connector("HTTP/1.1");
    connector.setPort(port);
    connector.setProperty("bindOnInit", "false");
    connector.setProperty("connectionTimeout", "30000");
    connector.setProperty("keepAliveTimeout", "620000");
    connector.setProperty("maxKeepAliveRequests", "-1");
    connector.setProperty("maxHttpRequestHeaderSize", "65536");
    connector.setMaxParameterCount(0);
    connector.setEncodedSolidusHandling("passthrough");
    return connector;
  }
}
