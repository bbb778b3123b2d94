package io.github.vertexj.emulator;

import java.util.Optional;

/** The first calls to try, as the platform's own guide writes them: none that would be refused. */
final class Invitation {
  private Invitation() {}

  /** Returns some lines for the terminal; the token in them is not looked at. */
  static String to(Endpoint endpoint, DeployedReplicas replicas, Optional<String> grpcAddress) {
    return replicas.model().invokes()
        ? invoke(endpoint, replicas.deployment().healthRoute())
        : predict(endpoint) + grpcAddress.map(address -> grpc(endpoint, address)).orElse("");
  }

  private static String invoke(Endpoint endpoint, String healthRoute) {
    String slash = healthRoute.startsWith("/") ? "" : "/";
    return """

        Ready. Any path of the container but the root is called behind /invoke. Try

          curl "%s"
        """
        .formatted(endpoint.uri("/invoke" + slash + healthRoute));
  }

  private static String predict(Endpoint endpoint) {
    String[] name = endpoint.name().split("/", -1);
    return """

        Ready. Try, with {"instances": [...]} in request.json:

          curl -X POST \\
            -H "Content-Type: application/json; charset=utf-8" \\
            -d @request.json \\
            "%s"

        or gcloud, with any token:

          CLOUDSDK_API_ENDPOINT_OVERRIDES_AIPLATFORM=%s CLOUDSDK_AUTH_ACCESS_TOKEN=none \\
            gcloud ai endpoints predict %s --project=%s --region=%s --json-request=request.json
        """
        .formatted(
            endpoint.uri(":predict"), endpoint.uri("").resolve("/"), name[5], name[1], name[3]);
  }

  private static String grpc(Endpoint endpoint, String address) {
    String header =
        endpoint.profile().dedicated()
            ? ", with the header x-vertex-ai-endpoint-id: " + endpoint.id()
            : "";
    return """

        or google.cloud.aiplatform.v1.PredictionService by gRPC, in plaintext: %s%s
        """
        .formatted(address, header);
  }
}
