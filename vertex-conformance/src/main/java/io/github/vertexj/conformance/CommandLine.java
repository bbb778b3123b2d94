package io.github.vertexj.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The command line: which options there are, and what they say. Not thread-safe. */
final class CommandLine {
  static final String HELP =
      """
      usage: java -jar vertex-conformance.jar (--url URL | --command COMMAND) [options]

      Asks a model server what Vertex AI would ask, and prints which clauses of the contract it keeps.
      Exit code: 0 nothing is broken, 1 something is, 2 the command line is wrong.

        --url URL               a server that runs: http://localhost:8080
        --command COMMAND       starts a server, again and again, with the platform's AIP_* variables; words are split
                                at spaces, quotes keep them together, no shell is involved
        --env NAME=VALUE        another variable for the command; wins over the platform's (again for more)

        --health-route PATH     default /health
        --predict-route PATH    default /predict
        --instance JSON         an instance that the model predicts (again for more)
        --instances FILE        the same from a file: an envelope, an array, or one instance per line
        --parameters JSON       parameters that go with them
        --stream FILE           a JSON body whose reply is streamed

        --timeout SECONDS       how long a prediction may take; default 60
        --start-timeout SECONDS how long a start may take; default 120
        --load-seconds SECONDS  how long load lasts, 0 for none; default 5
        --resilience            also does harm, for as long as load lasts: slow and idle connections, absurd lengths,
                                large parameters; the verdict is about a good client beside it
        --hanging JSON          an instance that hangs the model, for --resilience
        --allow-remote          load and harm also for a server that is not on this machine

        --only C1.31,C3.4       only the checks of these clauses
        --list                  prints the checks and ends
        --strict                an assumption that is broken fails the run, too
        --junit FILE            writes the results as JUnit XML
        --json FILE             writes the results as JSON
      """;

  private static final Set<String> FLAGS =
      Set.of("--allow-remote", "--resilience", "--strict", "--list", "--help");
  private static final Set<String> VALUED =
      Set.of(
          "--url",
          "--command",
          "--env",
          "--health-route",
          "--predict-route",
          "--instance",
          "--instances",
          "--parameters",
          "--stream",
          "--timeout",
          "--start-timeout",
          "--load-seconds",
          "--hanging",
          "--only",
          "--junit",
          "--json");

  private final Map<String, List<String>> values = new HashMap<>();

  private CommandLine() {}

  static CommandLine of(String... arguments) throws UsageException {
    CommandLine line = new CommandLine();
    for (int i = 0; i < arguments.length; i++) {
      String name = arguments[i];
      if (FLAGS.contains(name)) {
        line.add(name, "");
      } else if (!VALUED.contains(name)) {
        throw new UsageException("unknown option " + name);
      } else if (++i == arguments.length) {
        throw new UsageException(name + " wants a value");
      } else {
        line.add(name, arguments[i]);
      }
    }
    return line;
  }

  private void add(String name, String value) {
    values.computeIfAbsent(name, unused -> new ArrayList<>()).add(value);
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  Optional<Path> path(String name) {
    return value(name).map(Path::of);
  }

  Options options() throws UsageException {
    if (has("--url") == has("--command")) {
      throw new UsageException("either --url or --command is needed");
    }
    String url = last("--url");
    return new Options(
        url == null ? Optional.empty() : Optional.of(Address.of(url)),
        Words.of(value("--command").orElse("")),
        environment(),
        route("--health-route", "/health"),
        route("--predict-route", "/predict"),
        instances(),
        path("--stream"),
        seconds("--timeout", 60),
        seconds("--start-timeout", 120),
        seconds("--load-seconds", 5),
        has("--allow-remote"),
        has("--resilience"),
        hanging(),
        only());
  }

  private Optional<String> value(String name) {
    return Optional.ofNullable(last(name));
  }

  private @Nullable String last(String name) {
    List<String> given = values.get(name);
    return given == null ? null : given.get(given.size() - 1);
  }

  private List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  private Map<String, String> environment() throws UsageException {
    Map<String, String> environment = new HashMap<>();
    for (String variable : all("--env")) {
      int equals = variable.indexOf('=');
      if (equals < 1) {
        throw new UsageException("--env wants NAME=VALUE");
      }
      environment.put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    return environment;
  }

  private String route(String name, String otherwise) throws UsageException {
    String route = value(name).orElse(otherwise);
    if (!route.startsWith("/")) {
      throw new UsageException(name + " wants a path that begins with a slash");
    }
    return route;
  }

  private Instances instances() throws UsageException {
    Instances instances =
        has("--instances")
            ? Instances.read(content(value("--instances").orElseThrow()))
            : Instances.none();
    for (String instance : all("--instance")) {
      instances = instances.and(json("--instance", instance));
    }
    String parameters = last("--parameters");
    return parameters == null
        ? instances
        : new Instances(instances.instances(), json("--parameters", parameters));
  }

  private @Nullable JsonNode hanging() throws UsageException {
    String hanging = last("--hanging");
    return hanging == null ? null : json("--hanging", hanging);
  }

  private static JsonNode json(String name, String text) throws UsageException {
    return Json.strict(text.getBytes(StandardCharsets.UTF_8))
        .orElseThrow(() -> new UsageException(name + " is not JSON"));
  }

  private static String content(String file) throws UsageException {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new UsageException("cannot read " + file);
    }
  }

  private Duration seconds(String name, double otherwise) throws UsageException {
    try {
      double seconds = value(name).map(Double::parseDouble).orElse(otherwise);
      if (seconds >= 0 && seconds <= 3600) {
        return Duration.ofMillis(Math.round(seconds * 1000));
      }
    } catch (NumberFormatException e) {
      // ends like a number out of range
    }
    throw new UsageException(name + " wants a number of seconds, at most 3600");
  }

  private Set<String> only() throws UsageException {
    Set<String> known = Checks.all().stream().map(Check::clause).collect(Collectors.toSet());
    Set<String> only = new HashSet<>();
    for (String list : all("--only")) {
      for (String clause : list.split(",", -1)) {
        String upper = clause.strip().toUpperCase(Locale.ROOT);
        if (!known.contains(upper)) {
          throw new UsageException("no check has the clause " + clause + "; --list shows all");
        }
        only.add(upper);
      }
    }
    return only;
  }
}
