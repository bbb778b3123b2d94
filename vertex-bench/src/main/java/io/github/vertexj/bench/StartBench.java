package io.github.vertexj.bench;

import io.github.vertexj.bench.Rounds.Figure;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * From process start to the open port and to the first 200, beside a bare program that loads the
 * model with DJL and runs it once: with the JVM as it is, with the options of the examples' images,
 * and each of them with an archive of the classes that an earlier start has loaded.
 */
final class StartBench {
  private static final String CONTAINER_ONLY = "-Djna."; // JNA unpacked, as only an image has it

  private final Setting setting;
  private final Path model;
  private final Rounds rounds = new Rounds();

  private StartBench(Setting setting) {
    this.setting = setting;
    this.model = setting.model(Workload.MLP);
  }

  /** Measures in turns, prints the table and writes a CSV file. */
  public static void main(String[] arguments) throws Exception {
    Setting setting = Setting.fromProperties();
    StartBench bench = new StartBench(setting);
    List<Variant> variants = bench.variants();
    for (int round = 0; round < setting.rounds(9); round++) {
      for (Variant variant : variants) {
        bench.measure(variant);
      }
    }
    bench.print(System.out, variants);
    bench.rounds.write(setting.output("start.csv"));
  }

  /** Options of both JVMs, with archives of classes or without. */
  private record Variant(String name, List<String> server, List<String> bare) {}

  private List<Variant> variants() throws Exception {
    Variant plain = new Variant("the JVM as it is", List.of(), List.of());
    Variant archived = archived("with an archive", List.of());
    if (setting.quick()) {
      return List.of(plain, archived);
    }
    List<String> image = imageOptions();
    Variant options = new Variant("with the image's options", image, image);
    return List.of(plain, options, archived, archived("with both", image));
  }

  private List<String> imageOptions() throws IOException {
    return Files.readAllLines(setting.examples().resolve("deploy/jvm.options")).stream()
        .filter(line -> line.startsWith("-") && !line.startsWith(CONTAINER_ONLY))
        .toList();
  }

  /** Lets server and bare program run once, so that the JVM notes what they load. */
  private Variant archived(String name, List<String> options) throws Exception {
    String suffix = name.replace(' ', '-');
    Archive ofServer = Archive.in(setting.output("server-" + suffix));
    Archive ofBare = Archive.in(setting.output("bare-" + suffix));
    try (ServerProcess server = start(plus(options, ofServer.make()))) {
      server.awaitOk("/health");
      server.predict(Workload.MLP.body(1));
    }
    runBare(plus(options, ofBare.make()));
    return new Variant(name, plus(options, ofServer.use()), plus(options, ofBare.use()));
  }

  /** An archive of classes; from JDK 25 on, it also holds how they were used. */
  private record Archive(String make, String use) {
    static Archive in(Path file) throws IOException {
      Files.deleteIfExists(file);
      return Runtime.version().feature() >= 25
          ? new Archive("-XX:AOTCacheOutput=" + file, "-XX:AOTCache=" + file)
          : new Archive("-XX:ArchiveClassesAtExit=" + file, "-XX:SharedArchiveFile=" + file);
    }
  }

  private static List<String> plus(List<String> options, String option) {
    List<String> all = new ArrayList<>(options);
    all.add(option);
    return all;
  }

  private ServerProcess start(List<String> options) throws IOException {
    return ServerProcess.start(
        setting.server(model, options.toArray(String[]::new)), setting.output("server.log"));
  }

  private void measure(Variant variant) throws IOException, InterruptedException {
    rounds.add(variant.name, Figure.BARE, millis(runBare(variant.bare)));
    try (ServerProcess server = start(variant.server)) {
      rounds.add(variant.name, Figure.PORT, millis(server.awaitPort()));
      rounds.add(variant.name, Figure.PORT_CPU, millis(server.cpu()));
      rounds.add(variant.name, Figure.FIRST_OK, millis(server.awaitOk("/health")));
    }
  }

  private Duration runBare(List<String> options) throws IOException, InterruptedException {
    long started = System.nanoTime();
    Process process =
        new ProcessBuilder(setting.program(options, BareModel.class, model.toString()))
            .redirectErrorStream(true)
            .redirectOutput(setting.output("bare-model.log").toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("the bare program failed: see bare-model.log");
    }
    return Duration.ofNanos(System.nanoTime() - started);
  }

  private void print(PrintStream out, List<Variant> variants) {
    Table table =
        new Table(
            out,
            "Start in ms; bare: load the model with DJL and run it once",
            "",
            "open port",
            "its CPU time",
            "first 200",
            "bare",
            "quotient",
            "to bare with the JVM as it is");
    double plain = rounds.median(variants.get(0).name, Figure.BARE);
    for (Variant variant : variants) {
      double bare = rounds.median(variant.name, Figure.BARE);
      double firstOk = rounds.median(variant.name, Figure.FIRST_OK);
      table.row(
          variant.name,
          rounds.median(variant.name, Figure.PORT),
          rounds.median(variant.name, Figure.PORT_CPU),
          firstOk,
          bare,
          firstOk / bare,
          firstOk / plain);
    }
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }
}
