package io.github.vertexj.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where things are and how long to measure, as {@code run.sh} says it in system properties.
 *
 * @param models a directory with a model directory for each workload
 * @param examples the directory of the examples, which are built
 * @param version the version of all artifacts
 * @param serverOptions options of the server's JVM
 * @param output where CSV files and plots go
 * @param quick whether a rough answer within a minute or two will do
 */
record Setting(
    Path models,
    Path examples,
    String version,
    List<String> serverOptions,
    Path output,
    boolean quick) {

  static final String HOST = "127.0.0.1";

  static Setting fromProperties() {
    return new Setting(
        Path.of(System.getProperty("bench.models")),
        Path.of(System.getProperty("bench.examples")),
        System.getProperty("bench.version"),
        Arrays.stream(System.getProperty("bench.serverOptions", "").split(" ", -1))
            .filter(option -> !option.isBlank())
            .toList(),
        Path.of(System.getProperty("bench.output")),
        Boolean.getBoolean("bench.quick"));
  }

  /** A workload's model directory. */
  Path model(Workload workload) {
    return model(workload.modelName());
  }

  /** A model directory by its name. */
  Path model(String name) {
    return models.resolve(name);
  }

  /** A copy of a workload's model directory with more lines in its settings. */
  Path model(Workload workload, String folder, String moreSettings) throws IOException {
    Path original = model(workload);
    String name = workload.modelName();
    Path directory = output(folder).resolve(name);
    Files.createDirectories(directory);
    Path link = directory.resolve(name + ".pt");
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, original.resolve(name + ".pt"));
    Files.writeString(
        directory.resolve("serving.properties"),
        Files.readString(original.resolve("serving.properties")) + moreSettings);
    return directory;
  }

  /** A file of results. */
  Path output(String name) {
    return output.resolve(name);
  }

  /** How many rounds are measured: many for the figures of a table, one for a rough look. */
  int rounds(int many) {
    return quick ? 1 : many;
  }

  /** The server that is measured: the quickstart's launcher with a model and no code. */
  ServerProcess.Command server(Path model, String... moreOptions) {
    List<String> options = new ArrayList<>(serverOptions);
    options.addAll(List.of(moreOptions));
    Path target = examples.resolve("quickstart/target/fast");
    String jar = target.resolve("quickstart-" + version + ".jar").toString();
    return port ->
        java(
            options,
            jar + File.pathSeparator + target.resolve("lib") + "/*",
            "io.github.vertexj.undertow.Main",
            "--model",
            model.toString(),
            "--provider",
            "io.github.vertexj.djl.DjlProvider",
            "--port",
            Integer.toString(port));
  }

  /** The launcher's server in a program that also counts its batches. */
  ServerProcess.Command countingServer(String model) {
    return port -> program(serverOptions, CountingServer.class, model, Integer.toString(port));
  }

  /** The command of a program of this module. */
  List<String> program(Class<?> main, String... arguments) {
    return program(List.of(), main, arguments);
  }

  /** The command of a program of this module, with options of its JVM. */
  List<String> program(List<String> options, Class<?> main, String... arguments) {
    List<String> all = new ArrayList<>(options);
    all.add("-Dorg.jboss.logging.provider=jdk"); // not Hyperfoil's, which logs to standard output
    return java(all, System.getProperty("java.class.path"), main.getName(), arguments);
  }

  private static List<String> java(
      List<String> options, String classPath, String main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(options);
    command.add("-cp");
    command.add(classPath);
    command.add(main);
    command.addAll(List.of(arguments));
    return command;
  }
}
