package io.github.vertexj.emulator;

import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where the requests of a batch run go.
 *
 * @param modelName the display name in the name of the output's directory
 * @param replicas how many requests are under way at once
 * @param next where the next request goes to; empty if nothing can take it now
 */
record BatchTarget(String modelName, int replicas, Supplier<Optional<URI>> next) {

  /** Returns the replicas of a model, each in its turn. */
  static BatchTarget of(DeployedReplicas model) {
    return new BatchTarget(
        model.model().displayName(), model.model().replicas(), () -> predictRoute(model));
  }

  /**
   * Returns the models of an endpoint, each by its share of the traffic, between the requests of
   * online callers (C5.29).
   *
   * @throws RefusedException if none can take requests on a predict route
   */
  static BatchTarget through(Endpoint endpoint) {
    DeployedReplicas model = endpoint.route(null);
    if (model.model().invokes()) {
      throw new RefusedException(PlatformErrors.invokeOnly());
    }
    return new BatchTarget(
        model.model().displayName(), model.model().replicas(), () -> predictRoute(endpoint));
  }

  private static Optional<URI> predictRoute(Endpoint endpoint) {
    try {
      return predictRoute(endpoint.route(null));
    } catch (RefusedException noModelNow) {
      return Optional.empty();
    }
  }

  private static Optional<URI> predictRoute(DeployedReplicas model) {
    return model
        .next()
        .map(replica -> Uris.at(replica.baseUri(), model.deployment().predictRoute()));
  }
}
