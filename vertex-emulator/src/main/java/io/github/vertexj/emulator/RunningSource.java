package io.github.vertexj.emulator;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Servers that somebody else has started, and will stop and start again. */
record RunningSource(List<URI> baseUris) implements ServerRun.Source {
  private static final int HTTP_PORT = 80;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /**
   * Returns what a server's address has to be: {@code http}, a host and perhaps a port.
   *
   * @throws IllegalArgumentException if it is anything else; the message says what to change
   */
  static URI baseUri(URI uri) {
    String fault = fault(uri);
    if (fault != null) {
      throw new IllegalArgumentException("the server " + uri + " cannot be called: " + fault);
    }
    int port = uri.getPort() < 0 ? HTTP_PORT : uri.getPort();
    return URI.create("http://" + uri.getHost() + ":" + port);
  }

  private static @Nullable String fault(URI uri) {
    if ("https".equalsIgnoreCase(uri.getScheme())) {
      return "containers speak plain HTTP; begin with http://";
    } else if (!"http".equalsIgnoreCase(uri.getScheme())) {
      return "begin with http://, as in http://localhost:8080";
    } else if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65_535) {
      return "give a host and a port, as in http://localhost:8080";
    } else if (uri.getRawUserInfo() != null) {
      return "leave out the user";
    } else if (!uri.getRawPath().matches("/?")
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null) {
      return "leave out the path; the predict route and the health route are set on their own";
    }
    return null;
  }

  /** A server that is not there now was not meant, or has to be started first. */
  @Override
  public void check() {
    for (URI baseUri : baseUris) {
      try {
        Prober.connect(baseUri, PATIENCE);
      } catch (IOException e) {
        throw new DeploymentException(
            "nothing listens at " + baseUri + ": start the server first", e);
      }
    }
  }

  @Override
  public ServerRun start(int replica, Map<String, String> variables) {
    if (replica >= baseUris.size()) {
      throw new DeploymentException("there are only " + baseUris.size() + " servers to deploy");
    }
    return new Running(baseUris.get(replica));
  }

  private record Running(URI baseUri) implements ServerRun {
    @Override
    public boolean running() {
      return true;
    }

    @Override
    public String howRestarted() {
      return "would be restarted by the platform; start it again yourself: ";
    }

    @Override
    public void close() {}
  }
}
