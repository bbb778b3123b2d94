package io.github.vertexj.emulator;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One model on one endpoint: the names that the platform gives to all of it.
 *
 * <p>Immutable.
 *
 * @param endpointName the resource name {@code projects/…/locations/…/endpoints/…}
 * @param deployedModelId the id on the endpoint
 * @param modelName the resource name of the uploaded model
 */
record Deployment(
    UploadedModel model,
    String projectNumber,
    String endpointName,
    String deployedModelId,
    String modelName) {

  String endpointId() {
    return endpointName.substring(endpointName.lastIndexOf('/') + 1);
  }

  /** The health route: the container's own or the documented default (C2.5, Q1). */
  String healthRoute() {
    return model.healthRoute().orElse(defaultRoute());
  }

  /** The predict route: the container's own or the documented default (C2.11). */
  String predictRoute() {
    return model.predictRoute().orElse(defaultRoute() + ":predict");
  }

  private String defaultRoute() {
    return "/v1/endpoints/" + endpointId() + "/deployedModels/" + deployedModelId;
  }

  /**
   * What the platform puts into the environment (C2.1–C2.14).
   *
   * <p>That a model with invoke routes gets no {@code AIP_PREDICT_ROUTE} is an assumption (C2.17).
   */
  Map<String, String> variables(int port) {
    Map<String, String> all = new LinkedHashMap<>();
    model.acceleratorType().ifPresent(type -> all.put("AIP_ACCELERATOR_TYPE", type));
    all.put("AIP_DEPLOYED_MODEL_ID", deployedModelId);
    all.put("AIP_ENDPOINT_ID", endpointId());
    all.put("AIP_FRAMEWORK", "CUSTOM_CONTAINER");
    all.put("AIP_HEALTH_ROUTE", healthRoute());
    all.put("AIP_HTTP_PORT", Integer.toString(port));
    all.put("AIP_MACHINE_TYPE", model.machineType());
    all.put("AIP_MODE", "PREDICTION");
    all.put("AIP_MODE_VERSION", "1.0.0");
    all.put("AIP_MODEL_NAME", endpointId());
    if (!model.invokes()) {
      all.put("AIP_PREDICT_ROUTE", predictRoute());
    }
    all.put("AIP_PROJECT_NUMBER", projectNumber);
    all.put("AIP_STORAGE_URI", model.storageUri());
    all.put("AIP_VERSION_NAME", deployedModelId);
    return all;
  }
}
