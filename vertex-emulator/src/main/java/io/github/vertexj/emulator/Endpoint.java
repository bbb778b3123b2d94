package io.github.vertexj.emulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint of the emulated platform: models are deployed on it, requests go to them.
 *
 * <p>Thread-safe.
 */
public final class Endpoint {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final int ALL = 100;

  private final EmulatedPlatform platform;
  private final String id;
  private final EndpointProfile profile;
  private final ConcurrentMap<String, DeployedReplicas> deployed = new ConcurrentHashMap<>();
  private volatile TrafficSplit split = TrafficSplit.none();

  Endpoint(EmulatedPlatform platform, String id, EndpointProfile profile) {
    this.platform = platform;
    this.id = id;
    this.profile = profile;
  }

  /** The endpoint's id, as in {@code AIP_ENDPOINT_ID}. */
  public String id() {
    return id;
  }

  /** The endpoint's kind and limits. */
  public EndpointProfile profile() {
    return profile;
  }

  /** The resource name {@code projects/…/locations/…/endpoints/…}. */
  public String name() {
    return platform.parent() + "/endpoints/" + id;
  }

  /**
   * Where a method of this endpoint is reached.
   *
   * @param method what follows the resource name: {@code :predict}, {@code /chat/completions}, …;
   *     empty for the endpoint itself
   */
  public URI uri(String method) {
    return Uris.at(platform.uri(), "/v1/" + name() + method);
  }

  /**
   * Deploys a model and waits until its replicas are ready; on a platform whose time is moved by
   * hand it does not wait. The first model gets all traffic.
   *
   * @throws DeploymentException if a container cannot be started, or is not ready in time
   * @throws IllegalArgumentException if such a model cannot be on such an endpoint
   */
  public DeployedReplicas deploy(UploadedModel model) {
    if (model.invokes() && !profile.dedicated()) {
      throw new IllegalArgumentException(
          "a model with invoke routes needs a dedicated endpoint (C4.15)");
    }
    DeployedReplicas replicas = platform.start(model, name());
    deployed.put(replicas.id(), replicas);
    if (split.percentages().isEmpty()) {
      split = TrafficSplit.of(Map.of(replicas.id(), ALL));
    }
    try {
      return platform.timeIsManual() ? replicas : replicas.awaitReady();
    } catch (DeploymentException e) {
      undeploy(replicas.id());
      throw e;
    }
  }

  /** Stops a deployed model and takes its traffic away; nothing happens if it is not deployed. */
  public void undeploy(String deployedModelId) {
    DeployedReplicas replicas = deployed.remove(deployedModelId);
    if (replicas != null) {
      if (split.percentages().containsKey(deployedModelId)) {
        split = TrafficSplit.none();
      }
      replicas.close();
    }
  }

  /**
   * Splits the traffic over deployed models.
   *
   * @param percentages by the deployed model's id; together 100
   * @throws IllegalArgumentException if they are not, or a model is not deployed here
   */
  public void trafficSplit(Map<String, Integer> percentages) {
    percentages.keySet().stream()
        .filter(deployedModelId -> !deployed.containsKey(deployedModelId))
        .findAny()
        .ifPresent(
            unknown -> {
              throw new IllegalArgumentException(
                  "deployed model " + unknown + " is not on this endpoint");
            });
    split = TrafficSplit.of(percentages);
  }

  /** Calls {@code :predict} as a client does. */
  public HttpResponse<String> predict(String envelope) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri(":predict"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(envelope))
            .build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /**
   * Returns the deployed model that a request goes to.
   *
   * @param pinned the id that the request names, or null
   * @throws RefusedException if there is none
   */
  DeployedReplicas route(@Nullable String pinned) {
    String chosen = pinned == null ? split.next().orElse(null) : pinned;
    DeployedReplicas replicas = chosen == null ? null : deployed.get(chosen);
    if (replicas == null) {
      throw new RefusedException(
          pinned == null
              ? PlatformErrors.failedPrecondition(
                  "The endpoint has no deployed model with traffic.")
              : PlatformErrors.notFound("The endpoint has no such deployed model."));
    }
    if (replicas.scalesFromZero()) {
      throw new RefusedException(PlatformErrors.scalingFromZero());
    }
    return replicas;
  }

  List<DeployedReplicas> deployedModels() {
    return List.copyOf(deployed.values());
  }

  /** What GET of the endpoint says. */
  ObjectNode resource() {
    ObjectNode resource = JsonNodeFactory.instance.objectNode();
    resource.put("name", name()).put("displayName", id);
    ArrayNode models = resource.putArray("deployedModels");
    new LinkedHashMap<>(deployed).values().forEach(model -> describe(model, models.addObject()));
    ObjectNode traffic = resource.putObject("trafficSplit");
    split.percentages().forEach(traffic::put);
    if (profile.dedicated()) {
      resource.put("dedicatedEndpointEnabled", true);
      resource.put("dedicatedEndpointDns", platform.uri().getAuthority());
      resource
          .putObject("clientConnectionConfig")
          .put("inferenceTimeout", profile.inferenceTimeout().toSeconds() + "s");
    }
    return resource;
  }

  private static void describe(DeployedReplicas replicas, ObjectNode resource) {
    UploadedModel model = replicas.model();
    resource.put("id", replicas.id());
    resource.put("model", replicas.deployment().modelName());
    resource.put("displayName", model.displayName());
    resource.put("modelVersionId", model.versionId());
    ObjectNode resources = resource.putObject("dedicatedResources");
    resources.putObject("machineSpec").put("machineType", model.machineType());
    resources.put("minReplicaCount", model.replicas()).put("maxReplicaCount", model.replicas());
    resource.putObject("status").put("availableReplicaCount", replicas.healthyReplicas());
  }

  long due() {
    return deployed.values().stream().mapToLong(DeployedReplicas::due).min().orElse(Long.MAX_VALUE);
  }

  void tick(long now) {
    deployed.values().forEach(replicas -> replicas.tick(now));
  }

  void close() {
    deployed.keySet().parallelStream().forEach(this::undeploy);
  }
}
