package io.github.vertexj.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The server's resident memory: idle, under load, and after hundreds of thousands of requests. */
final class MemoryBench {
  private static final int[] INSTANCES = {1, 8, 32};
  private static final int CONNECTIONS = 16;

  private final List<String> lines = new ArrayList<>(List.of("requests,resident_mib"));
  private final ServerProcess server;

  private MemoryBench(ServerProcess server) {
    this.server = server;
  }

  /** Measures; the argument is the number of requests, after which it ends. */
  public static void main(String[] arguments) throws Exception {
    Setting setting = Setting.fromProperties();
    try (ServerProcess server =
        ServerProcess.start(
            setting.server(setting.model(Workload.MLP)), setting.output("server.log"))) {
      server.awaitOk("/health");
      new MemoryBench(server).run(Long.parseLong(arguments[0]), setting);
    }
  }

  private void run(long wanted, Setting setting) throws IOException, InterruptedException {
    Wrk wrk = new Wrk(setting.output());
    int seconds = setting.quick() ? 1 : 5;
    long idle = resident(0);
    for (int instances : INSTANCES) {
      wrk.run(server, Workload.MLP.body(instances), CONNECTIONS, seconds);
    }
    long loaded = resident(0);
    long sent = 0;
    long now = loaded;
    while (sent < wanted) {
      sent += wrk.run(server, Workload.MLP.body(1), CONNECTIONS, seconds).requests();
      now = resident(sent);
    }
    Files.write(setting.output("memory.csv"), lines);
    String after = String.format(Locale.ROOT, "after %,d requests more", sent);
    new Table(
            System.out,
            "Resident memory in MiB",
            "idle",
            "loaded with 1, 8 and 32 instances",
            after,
            "growth")
        .row(idle, loaded, now, now - loaded);
  }

  private long resident(long requests) throws IOException {
    long resident = server.residentMebibytes();
    lines.add(requests + "," + resident);
    return resident;
  }
}
