package io.github.vertexj.emulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Comparator;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the API says of its resources: endpoints and models can be read, batch prediction jobs
 * created and followed; of whatever else the API has the answer is that it is not emulated, so that
 * nobody takes it for a wrong path.
 *
 * <p>Thread-safe.
 */
final class ApiResources {
  private static final Pattern RESOURCE =
      Pattern.compile(
          "/(?:v1|v1beta1)/projects/[^/]+/locations/[^/]+/([A-Za-z]+)(?:/([^/:]+))?(|[:/].*)");

  private static final Set<String> COLLECTIONS =
      Set.of(
          "batchPredictionJobs",
          "cachedContents",
          "customJobs",
          "dataLabelingJobs",
          "datasets",
          "deploymentResourcePools",
          "endpoints",
          "evaluationRuns",
          "evaluationSets",
          "exampleStores",
          "extensions",
          "featureGroups",
          "featureOnlineStores",
          "featurestores",
          "hyperparameterTuningJobs",
          "indexEndpoints",
          "indexes",
          "metadataStores",
          "migratableResources",
          "modelDeploymentMonitoringJobs",
          "modelMonitors",
          "models",
          "nasJobs",
          "notebookExecutionJobs",
          "notebookRuntimeTemplates",
          "notebookRuntimes",
          "operations",
          "persistentResources",
          "pipelineJobs",
          "publishers",
          "ragCorpora",
          "reasoningEngines",
          "schedules",
          "specialistPools",
          "studies",
          "tensorboards",
          "trainingPipelines",
          "tuningJobs");

  private static final Set<String> ENDPOINT_METHODS =
      Set.of(
          ":asyncPredict",
          ":computeTokens",
          ":countTokens",
          ":deployModel",
          ":embedContent",
          ":explain",
          ":fetchPredictOperation",
          ":generateContent",
          ":getIamPolicy",
          ":mutateDeployedModel",
          ":predictLongRunning",
          ":setIamPolicy",
          ":streamGenerateContent",
          ":testIamPermissions",
          ":undeployModel",
          ":update");

  private static final Set<String> LIST_PARAMETERS =
      Set.of("filter", "gdcZone", "orderBy", "pageSize", "pageToken", "readMask");

  private final EmulatedPlatform platform;
  private final BatchJobs jobs;

  ApiResources(EmulatedPlatform platform, BatchJobs jobs) {
    this.platform = platform;
    this.jobs = jobs;
  }

  /** Whether the platform has such a method of an endpoint, and the emulator has not. */
  static boolean isMethodOfEndpoints(String method) {
    return ENDPOINT_METHODS.contains(method) || method.matches("/(operations|openapi)(/.*)?");
  }

  /**
   * Answers a path that is no endpoint's.
   *
   * @param httpMethod {@code GET}, {@code POST}, …
   * @param query the query without its question mark, or empty
   * @param body reads the request's body, which only some of these have
   */
  PlatformReply answer(String httpMethod, String path, String query, Body body) throws IOException {
    Matcher resource = RESOURCE.matcher(path);
    if (!resource.matches() || !COLLECTIONS.contains(resource.group(1))) {
      throw new RefusedException(
          PlatformErrors.notFound("There is no such path in the emulated API."));
    }
    QueryParameters.check(query, LIST_PARAMETERS);
    String collection = resource.group(1);
    String id = resource.group(2);
    String what = httpMethod + " " + collection + (id == null ? "" : "/ID") + resource.group(3);
    return json(
        switch (what) {
          case "GET endpoints" -> endpoints();
          case "GET models" -> models();
          case "GET models/ID" -> model(String.valueOf(id));
          case "GET batchPredictionJobs" -> jobs.list();
          case "POST batchPredictionJobs" -> jobs.create(body.read(), platform::newId);
          case "GET batchPredictionJobs/ID" -> jobs.job(String.valueOf(id)).resource();
          case "POST batchPredictionJobs/ID:cancel" -> cancel(jobs.job(String.valueOf(id)));
          default -> throw new RefusedException(PlatformErrors.notEmulated(what));
        });
  }

  /** Reads the body of a request. */
  interface Body {
    byte[] read() throws IOException;
  }

  private static ObjectNode cancel(BatchJob job) {
    job.cancel();
    return JsonNodeFactory.instance.objectNode();
  }

  private ObjectNode endpoints() {
    ObjectNode list = JsonNodeFactory.instance.objectNode();
    ArrayNode all = list.putArray("endpoints");
    platform.endpoints().forEach(endpoint -> all.add(endpoint.resource()));
    return list;
  }

  private ObjectNode models() {
    ObjectNode list = JsonNodeFactory.instance.objectNode();
    ArrayNode all = list.putArray("models");
    platform.endpoints().stream()
        .flatMap(endpoint -> endpoint.deployedModels().stream())
        .sorted(Comparator.comparing(DeployedReplicas::id))
        .forEach(model -> all.add(resource(model)));
    return list;
  }

  private ObjectNode model(String id) {
    return platform.endpoints().stream()
        .flatMap(endpoint -> endpoint.deployedModels().stream())
        .filter(model -> model.deployment().modelName().endsWith("/" + id.split("@", -1)[0]))
        .findAny()
        .map(ApiResources::resource)
        .orElseThrow(
            () ->
                new RefusedException(PlatformErrors.notFound("Model " + id + " does not exist.")));
  }

  private static ObjectNode resource(DeployedReplicas replicas) {
    UploadedModel model = replicas.model();
    ObjectNode resource = JsonNodeFactory.instance.objectNode();
    resource.put("name", replicas.deployment().modelName());
    resource.put("displayName", model.displayName());
    resource.put("versionId", model.versionId());
    ObjectNode container = resource.putObject("containerSpec");
    container.put("healthRoute", replicas.deployment().healthRoute());
    if (model.invokes()) {
      container.put("invokeRoutePrefix", "/*");
    } else {
      container.put("predictRoute", replicas.deployment().predictRoute());
    }
    if (!model.storageUri().isEmpty()) {
      resource.put("artifactUri", model.storageUri());
    }
    resource
        .putArray("deployedModels")
        .addObject()
        .put("endpoint", replicas.deployment().endpointName())
        .put("deployedModelId", replicas.id());
    return resource;
  }

  private static PlatformReply json(ObjectNode resource) {
    return PlatformReply.json(200, ProtocolJson.bytes(resource));
  }
}
