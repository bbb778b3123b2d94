package io.github.vertexj.emulator;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;

/**
 * The emulator's command line: puts one model server behind an emulated endpoint, or runs a batch
 * prediction through it.
 *
 * <p>Exit codes: 0 after a stop by signal, or a batch without failures; 1 if the model cannot be
 * deployed or instances failed; 2 for a command line that makes no sense.
 */
public final class Emulator {
  private static final int FAILED = 1;
  private static final int BAD_ARGUMENTS = 2;

  private final EmulatorArguments arguments;
  private final EmulatedPlatform platform;

  private Emulator(EmulatorArguments arguments) {
    this.arguments = arguments;
    arguments.profile(); // before a port is bound
    arguments.model();
    this.platform =
        EmulatedPlatform.builder()
            .listen(arguments.text("--host"), arguments.number("--port"))
            .grpcPort(arguments.grpcPort())
            .project(arguments.text("--project"), arguments.text("--region"))
            .probeTimeScale(arguments.decimal("--time-scale"))
            .console(System.out::println)
            .start();
  }

  /** Runs the command line; {@code --help} lists the options. */
  public static void main(String[] line) {
    try {
      EmulatorArguments arguments = EmulatorArguments.of(line);
      if (arguments.has("--help")) {
        System.out.print(EmulatorArguments.USAGE);
        return;
      }
      new Emulator(arguments).run();
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(BAD_ARGUMENTS);
    } catch (DeploymentException | IOException e) {
      System.err.println("The model cannot be served: " + e.getMessage());
      System.exit(FAILED);
    }
  }

  private void run() throws IOException {
    Runtime.getRuntime().addShutdownHook(new Thread(platform::close, "close"));
    Endpoint endpoint = platform.newEndpoint(arguments.text("--endpoint-id"), arguments.profile());
    System.out.println(
        "Emulating a " + endpoint.profile().kind() + " endpoint: " + endpoint.name());
    DeployedReplicas replicas = endpoint.deploy(arguments.model());
    if (arguments.has("--batch-input")) {
      System.exit(batch(replicas));
    } else {
      System.out.println(invitation(replicas, endpoint));
      awaitSignal();
    }
  }

  private int batch(DeployedReplicas replicas) throws IOException {
    BatchRun.Result result =
        arguments
            .batchRun()
            .run(
                replicas,
                arguments.batchInput(),
                Path.of(arguments.text("--batch-output")),
                Instant.now());
    System.out.println(result);
    return result.failed() == 0 ? 0 : FAILED;
  }

  /** The first calls to try, as the platform's own guide writes them. */
  private String invitation(DeployedReplicas replicas, Endpoint endpoint) {
    return replicas.model().invokes()
        ? """

          Ready. Any path of the container but the root is called below %s. Try

            curl "%s%s"
          """
            .formatted(
                endpoint.uri("/invoke"),
                endpoint.uri("/invoke"),
                slashed(replicas.deployment().healthRoute()))
        : predictInvitation(endpoint);
  }

  private static String slashed(String route) {
    return route.startsWith("/") ? route : "/" + route;
  }

  private String predictInvitation(Endpoint endpoint) {
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
                endpoint.uri(":predict"), endpoint.uri("").resolve("/"), name[5], name[1], name[3])
        + platform.grpcAddressIfAny().map(address -> grpcInvitation(endpoint, address)).orElse("");
  }

  private static String grpcInvitation(Endpoint endpoint, String address) {
    String header =
        endpoint.profile().dedicated()
            ? " with the header x-vertex-ai-endpoint-id: " + endpoint.id()
            : "";
    return """

        or google.cloud.aiplatform.v1.PredictionService by gRPC, without TLS, at %s%s
        """
        .formatted(address, header);
  }

  private static void awaitSignal() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
