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
    EmulatedPlatform.Builder builder =
        EmulatedPlatform.builder()
            .listen(arguments.text("--host"), arguments.number("--port"))
            .grpcPort(arguments.grpcPort())
            .project(arguments.text("--project"), arguments.text("--region"))
            .probeTimeScale(arguments.decimal("--time-scale"))
            .console(System.out::println);
    if (arguments.has("--gcs-folder")) {
      builder.cloudFolder(Path.of(arguments.text("--gcs-folder")));
    }
    this.platform = builder.start();
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
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() throws IOException, InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(platform::close, "close"));
    Endpoint endpoint = platform.newEndpoint(arguments.text("--endpoint-id"), arguments.profile());
    System.out.println(
        "Emulating a " + endpoint.profile().kind() + " endpoint: " + endpoint.name());
    DeployedReplicas replicas = endpoint.deploy(arguments.model());
    if (arguments.has("--batch-input")) {
      System.exit(batch(replicas));
    } else {
      System.out.println(Invitation.to(endpoint, replicas, platform.grpcAddressIfAny()));
      awaitSignal();
    }
  }

  private int batch(DeployedReplicas replicas) throws IOException, InterruptedException {
    BatchRun.Result result =
        arguments
            .batchRun()
            .run(
                BatchTarget.of(replicas),
                arguments.batchInput(),
                Path.of(arguments.text("--batch-output")),
                Instant.now());
    System.out.println(result);
    return result.failed() == 0 ? 0 : FAILED;
  }

  private static void awaitSignal() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
