package io.github.vertexj.gcs;

import com.google.cloud.NoCredentials;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageOptions;
import com.google.cloud.storage.transfermanager.DownloadResult;
import com.google.cloud.storage.transfermanager.ParallelDownloadConfig;
import com.google.cloud.storage.transfermanager.TransferManager;
import com.google.cloud.storage.transfermanager.TransferManagerConfig;
import com.google.cloud.storage.transfermanager.TransferStatus;
import com.sun.management.OperatingSystemMXBean;
import io.github.vertexj.LoadProgress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * No test but a measurement: our download beside that of the client library's {@code
 * TransferManager}, in turn, from a bucket server in another process. Its output, with the machine,
 * is in vertex-bench/RESULTS.md. The arguments are the number of objects, their bytes, and how many
 * rounds.
 */
final class DownloadComparison {
  private static final int THREADS = 8;
  private static final LoadProgress SILENT = activity -> {};
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private DownloadComparison() {}

  /** What one download took. */
  private record Cost(double wall, double cpu) {}

  private interface Download {
    void to(Path directory) throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    int objects = Integer.parseInt(arguments[0]);
    int bytes = Integer.parseInt(arguments[1]);
    if (arguments.length > 3) {
      serve(objects, bytes);
      return;
    }
    Process server = server(arguments);
    try {
      BufferedReader printed =
          new BufferedReader(
              new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
      compare(printed.readLine(), Integer.parseInt(arguments[2]));
    } finally {
      server.destroyForcibly().onExit().join();
    }
    System.exit(0); // the library leaves threads behind
  }

  private static Process server(String[] arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(DownloadComparison.class.getName());
    command.addAll(List.of(arguments));
    command.add("serve");
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static void serve(int objects, int bytes) throws Exception {
    BucketServer server = new BucketServer();
    Random random = new Random(1);
    for (int i = 0; i < objects; i++) {
      byte[] content = new byte[bytes];
      random.nextBytes(content);
      server.put("m/file-" + i, content);
    }
    System.out.println(server.uri());
    Thread.sleep(Long.MAX_VALUE);
  }

  private static void compare(String host, int rounds) throws Exception {
    Storage storage = StorageClient.connect(host, Patience.USUAL);
    Storage withRetries = // its own, as we have ours
        StorageOptions.http()
            .setProjectId("none")
            .setCredentials(NoCredentials.getInstance())
            .setHost(host)
            .build()
            .getService();
    GcsArtifactStore store =
        new GcsArtifactStore(() -> storage, Patience.USUAL, GcsArtifactStore.PIECE_BYTES);
    List<Double> walls = new ArrayList<>();
    List<Double> cpus = new ArrayList<>();
    for (int round = 0; round <= rounds; round++) {
      Cost ours = cost(directory -> store.fetch("gs://models/m", directory, SILENT));
      Cost library = cost(directory -> byLibrary(withRetries, directory));
      System.out.printf(
          "%s ours %.2f s wall, %.2f s CPU; TransferManager %.2f s, %.2f s%n",
          round == 0 ? "warm-up" : "round " + round,
          ours.wall,
          ours.cpu,
          library.wall,
          library.cpu);
      if (round > 0) {
        walls.add(library.wall / ours.wall);
        cpus.add(library.cpu / ours.cpu);
      }
    }
    Collections.sort(walls);
    Collections.sort(cpus);
    System.out.printf(
        "TransferManager ÷ ours, median: %.2f wall, %.2f CPU (%.2f–%.2f, %.2f–%.2f)%n",
        walls.get(rounds / 2),
        cpus.get(rounds / 2),
        walls.get(0),
        walls.get(rounds - 1),
        cpus.get(0),
        cpus.get(rounds - 1));
  }

  /** Without what we do besides: no sums are compared, nothing is kept or resumed. */
  private static void byLibrary(Storage storage, Path directory) throws Exception {
    List<BlobInfo> blobs = new ArrayList<>();
    storage.list("models", Storage.BlobListOption.prefix("m/")).iterateAll().forEach(blobs::add);
    TransferManagerConfig config =
        TransferManagerConfig.newBuilder()
            .setAllowDivideAndConquerDownload(true)
            .setMaxWorkers(THREADS)
            .setStorageOptions(storage.getOptions())
            .build();
    TransferManager manager = config.getService();
    List<DownloadResult> results =
        manager
            .downloadBlobs(
                blobs,
                ParallelDownloadConfig.newBuilder()
                    .setBucketName("models")
                    .setDownloadDirectory(directory)
                    .build())
            .getDownloadResults();
    manager.close();
    for (DownloadResult result : results) {
      if (result.getStatus() != TransferStatus.SUCCESS) {
        throw new IOException(result.toString());
      }
    }
  }

  private static Cost cost(Download download) throws Exception {
    Path directory = Files.createTempDirectory("comparison");
    long wall = System.nanoTime();
    long cpu = SYSTEM.getProcessCpuTime();
    download.to(directory);
    Cost cost =
        new Cost((System.nanoTime() - wall) / 1e9, (SYSTEM.getProcessCpuTime() - cpu) / 1e9);
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Collections.reverseOrder()).forEach(file -> file.toFile().delete());
    }
    return cost;
  }
}
