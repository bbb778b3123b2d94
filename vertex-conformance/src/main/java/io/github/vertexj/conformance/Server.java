package io.github.vertexj.conformance;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * A server that answers requests: where it listens, and its two routes.
 *
 * @param process what was started for it; empty if it ran already
 */
record Server(
    Address address,
    String healthRoute,
    String predictRoute,
    Optional<ServerProcess> process,
    Options options) {

  Exchange health() {
    return Connection.exchange(address, Request.of("GET", healthRoute), options.healthTimeout());
  }

  Exchange predict(String json) {
    return send(Request.json(predictRoute, json));
  }

  Exchange send(Request request) {
    return Connection.exchange(address, request, options.timeout());
  }

  Connection connect() throws IOException {
    return Connection.to(address, options.timeout());
  }

  boolean listens() {
    try {
      address.connect(Duration.ofSeconds(2)).close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  boolean sameRoutes() {
    return healthRoute.equals(predictRoute);
  }
}
