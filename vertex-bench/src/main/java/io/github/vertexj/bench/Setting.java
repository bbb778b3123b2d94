package io.github.vertexj.bench;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where things are and how long to measure, as {@code run.sh} says it in system properties.
 *
 * @param model a directory with the MLP as {@code mlp.pt}
 * @param serverClassPath what a user's server has on its class path
 * @param serverOptions options of the server's JVM
 * @param output where CSV files and plots go
 * @param quick whether a rough answer within a minute or two will do
 */
record Setting(
    Path model, String serverClassPath, List<String> serverOptions, Path output, boolean quick) {

  static final String HOST = "127.0.0.1";

  static Setting fromProperties() {
    return new Setting(
        Path.of(System.getProperty("bench.model")),
        System.getProperty("bench.serverClassPath"),
        Arrays.stream(System.getProperty("bench.serverOptions", "").split(" ", -1))
            .filter(option -> !option.isBlank())
            .toList(),
        Path.of(System.getProperty("bench.output")),
        Boolean.getBoolean("bench.quick"));
  }

  /** The command of the server that is measured: the launcher with the model and no code. */
  List<String> server(int port) {
    return java(
        serverOptions,
        serverClassPath,
        "io.github.vertexj.undertow.Main",
        "--model",
        model.toString(),
        "--provider",
        "io.github.vertexj.djl.DjlProvider",
        "--port",
        Integer.toString(port));
  }

  /** The command of a program of this module. */
  List<String> program(Class<?> main, String... arguments) {
    return java(List.of(), System.getProperty("java.class.path"), main.getName(), arguments);
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
