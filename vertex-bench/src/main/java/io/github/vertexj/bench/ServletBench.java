package io.github.vertexj.bench;

import io.github.vertexj.bench.Rounds.Figure;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a prediction costs in Tomcat, beside the launcher: the same model under the same load. */
final class ServletBench {
  private static final int[] INSTANCES = {1, 8, 32};
  private static final int CONNECTIONS = 16;

  private final Setting setting;
  private final Wrk wrk;
  private final Rounds launcher = new Rounds();
  private final Rounds tomcat = new Rounds();

  private ServletBench(Setting setting) {
    this.setting = setting;
    this.wrk = new Wrk(setting.output());
  }

  /** Measures in turns, prints the table and writes CSV files. */
  public static void main(String[] arguments) throws Exception {
    new ServletBench(Setting.fromProperties()).run(System.out);
  }

  private void run(PrintStream out) throws Exception {
    Path model = setting.model(Workload.MLP);
    Path base = layOut(setting.output("tomcat"));
    try (ServerProcess undertow =
            ServerProcess.start(setting.server(model), setting.output("server.log"));
        ServerProcess servlet =
            ServerProcess.start(port -> tomcat(base, model, port), setting.output("tomcat.log"))) {
      undertow.awaitOk("/health");
      servlet.awaitOk("/health");
      for (int instances : INSTANCES) {
        wrk.run(undertow, Workload.MLP.body(instances), CONNECTIONS, setting.quick() ? 2 : 10);
        wrk.run(servlet, Workload.MLP.body(instances), CONNECTIONS, setting.quick() ? 2 : 10);
      }
      for (int round = 0; round < setting.rounds(5); round++) {
        measure(undertow, servlet);
      }
    }
    print(out);
    launcher.write(setting.output("servlet-undertow.csv"));
    tomcat.write(setting.output("servlet-tomcat.csv"));
  }

  private void measure(ServerProcess undertow, ServerProcess servlet)
      throws IOException, InterruptedException {
    int seconds = setting.quick() ? 2 : 4;
    for (int instances : INSTANCES) {
      Body body = Workload.MLP.body(instances);
      launcher.add(instances, wrk.run(undertow, body, CONNECTIONS, seconds));
      tomcat.add(instances, wrk.run(servlet, body, CONNECTIONS, seconds));
    }
  }

  /** The example's Tomcat, whose library serves any model if the application brings no code. */
  private Path layOut(Path base) throws IOException {
    Path example = setting.examples().resolve("tomcat-war/target/fast/base");
    Files.createDirectories(base.resolve("webapps/ROOT/WEB-INF"));
    for (String folder : List.of("bin", "conf", "lib")) {
      Path link = base.resolve(folder);
      Files.deleteIfExists(link);
      Files.createSymbolicLink(link, example.resolve(folder));
    }
    return base;
  }

  private List<String> tomcat(Path base, Path model, int port) {
    Path home = setting.examples().resolve("tomcat-war/target/fast/tomcat");
    return List.of(
        "env",
        "CATALINA_HOME=" + home,
        "CATALINA_BASE=" + base,
        "CATALINA_TMPDIR=" + setting.output(),
        "JAVA_HOME=" + System.getProperty("java.home"),
        "JVM_OPTS=" + String.join(" ", setting.serverOptions()),
        "AIP_HTTP_PORT=" + port,
        "AIP_STORAGE_URI=" + model,
        home.resolve("bin/catalina.sh").toString(),
        "run");
  }

  private void print(PrintStream out) {
    Table table =
        new Table(
            out,
            "CPU microseconds per request in Undertow and in Tomcat; 16 connections, saturated",
            "instances",
            "Undertow",
            "Tomcat",
            "quotient",
            "requests/s",
            "in Tomcat",
            "p99 ms",
            "in Tomcat");
    for (int instances : INSTANCES) {
      double ours = launcher.median(instances, Figure.WHOLE);
      double servlet = tomcat.median(instances, Figure.WHOLE);
      table.row(
          instances,
          ours,
          servlet,
          servlet / ours,
          launcher.median(instances, Figure.PER_SECOND),
          tomcat.median(instances, Figure.PER_SECOND),
          launcher.median(instances, Figure.P99),
          tomcat.median(instances, Figure.P99));
    }
  }
}
