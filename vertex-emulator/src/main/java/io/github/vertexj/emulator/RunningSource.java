package io.github.vertexj.emulator;

import java.net.URI;
import java.util.List;
import java.util.Map;

/** Servers that somebody else has started, and will stop and start again. */
record RunningSource(List<URI> baseUris) implements ServerRun.Source {

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
    public void close() {}
  }
}
