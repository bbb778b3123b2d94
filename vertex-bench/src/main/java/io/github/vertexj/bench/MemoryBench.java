package io.github.vertexj.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** The server's resident memory: idle, under load, and after hundreds of thousands of requests. */
final class MemoryBench {
  private static final int[] INSTANCES = {1, 8, 32};
  private static final int CONNECTIONS = 16;

  private MemoryBench() {}

  /** Measures; the argument is the number of requests. */
  public static void main(String[] arguments) throws Exception {
    Setting setting = Setting.fromProperties();
    long wanted = Long.parseLong(arguments[0]);
    int seconds = setting.quick() ? 1 : 5;
    Wrk wrk = new Wrk(setting.output());
    List<String> lines = new ArrayList<>(List.of("requests,resident_mib"));
    try (ServerProcess server =
        ServerProcess.start(setting::server, setting.output().resolve("server.log"))) {
      server.awaitOk("/health");
      System.out.printf("%nResident memory in MiB%n%n| requests | resident |%n|---|---|%n");
      report(0, server, lines);
      for (int instances : INSTANCES) {
        wrk.run(server.uri("/predict"), instances, CONNECTIONS, seconds);
      }
      long sent = 0;
      while (sent < wanted) {
        sent += wrk.run(server.uri("/predict"), 1, CONNECTIONS, seconds).requests();
        report(sent, server, lines);
      }
    }
    Files.write(setting.output().resolve("memory.csv"), lines);
  }

  private static void report(long requests, ServerProcess server, List<String> lines)
      throws IOException {
    long resident = server.residentMebibytes();
    lines.add(requests + "," + resident);
    System.out.printf("| %,d | %d |%n", requests, resident);
  }
}
