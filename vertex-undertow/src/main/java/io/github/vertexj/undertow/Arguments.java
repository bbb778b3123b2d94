package io.github.vertexj.undertow;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the command line of {@link Main} says.
 *
 * @param model the storage URI to serve instead of the environment's; null if not given
 * @param provider the class of the predictor provider; null to choose the installed one
 * @param port the port instead of the environment's; null if not given
 */
record Arguments(
    Mode mode, @Nullable String model, @Nullable String provider, @Nullable Integer port) {

  static final String USAGE =
      """
      Serves a model over HTTP as Vertex AI asks of a custom container.

      usage: java -cp … io.github.vertexj.undertow.Main [options]

        --model URI        the model directory: a path, file:… or gs://…; else AIP_STORAGE_URI
        --provider CLASS   the predictor provider, where several are on the class path
        --port N           the port to listen on; else AIP_HTTP_PORT, PORT, 8080
        --doctor           check whether the server can start, and say what to change
        --healthcheck      ask the server on this machine for its health; exit 0 if it is 200
        --version          print the version
        --help             print this
      """;

  /** What to do. */
  enum Mode {
    SERVE,
    DOCTOR,
    HEALTHCHECK,
    VERSION,
    HELP
  }

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException if it makes no sense; the message is one line
   */
  static Arguments of(String... line) {
    Deque<String> words = new ArrayDeque<>(List.of(line));
    Mode mode = Mode.SERVE;
    String model = null;
    String provider = null;
    Integer port = null;
    while (!words.isEmpty()) {
      String option = next(words);
      switch (option) {
        case "--model" -> model = value(option, words);
        case "--provider" -> provider = value(option, words);
        case "--port" -> port = port(value(option, words));
        case "--doctor" -> mode = Mode.DOCTOR;
        case "--healthcheck" -> mode = Mode.HEALTHCHECK;
        case "--version" -> mode = Mode.VERSION;
        case "--help", "-h" -> mode = Mode.HELP;
        default -> throw new IllegalArgumentException("unknown option " + option + "; try --help");
      }
    }
    return new Arguments(mode, model, provider, port);
  }

  /** Takes the next word; {@code --name=value} counts as two. */
  private static String next(Deque<String> words) {
    String word = words.remove();
    int equals = word.indexOf('=');
    if (!word.startsWith("--") || equals < 0) {
      return word;
    }
    words.addFirst(word.substring(equals + 1));
    return word.substring(0, equals);
  }

  private static String value(String option, Deque<String> words) {
    String value = words.poll();
    if (value == null || value.isEmpty()) {
      throw new IllegalArgumentException(option + " needs a value; try --help");
    }
    return value;
  }

  private static int port(String value) {
    if (!value.matches("[0-9]{1,5}") || Integer.parseInt(value) > 65_535) {
      throw new IllegalArgumentException(
          "--port is \"" + value + "\": a port is a whole number from 1 to 65535, or 0 for any");
    }
    return Integer.parseInt(value);
  }
}
