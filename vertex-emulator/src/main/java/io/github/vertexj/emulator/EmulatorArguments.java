package io.github.vertexj.emulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the command line of {@link Emulator} says. */
final class EmulatorArguments {
  static final String USAGE =
      """
      Puts a model server behind the front end of Vertex AI, on this machine.

      usage: java -cp … io.github.vertexj.emulator.Emulator (--command LINE | --url URI …) [options]

      What is deployed
        --command LINE         starts the container: exec form, $(AIP_…) is expanded; it listens on AIP_HTTP_PORT
        --url URI              a server that runs already; several are several replicas
        --replicas N           how many times the command is started; 1
        --storage-uri URI      AIP_STORAGE_URI: a path or gs://…; empty
        --env NAME=VALUE       an entry of containerSpec.env; several times
        --health-route PATH    else the default, made of the ids; with --url /health
        --predict-route PATH   else the default, made of the ids; with --url /predict
        --invoke               the container is reached by /invoke/… alone
        --container-port N     for a container that does not read AIP_HTTP_PORT
        --startup-limit S      a startup probe: the port may stay closed so many seconds
        --name NAME            the model's display name; model

      The endpoint
        --profile KIND         shared or dedicated; shared
        --timeout S            the inference time-out in seconds; 60 shared, 600 dedicated
        --port N               where clients call; 8085
        --grpc-port N          where clients call by gRPC; one above --port
        --host ADDRESS         where it listens; 127.0.0.1
        --endpoint-id ID       1234567890
        --project ID           emulated
        --region NAME          us-central1
        --gcs-folder DIR       what gs:// is for batch prediction jobs that the API is asked for: a folder of buckets
        --time-scale X         how long a second of the probes lasts; 1

      A batch prediction instead of an endpoint
        --batch-input FILE     what to predict
        --instances-format F   jsonl, csv, tf-record or file-list; jsonl
        --batch-output DIR     where prediction-NAME-TIME is made; .
        --batch-size N         instances in a request; 64
        --key-field NAME       left out of the instance, kept in the result
        --included-fields A,B  the fields of an instance, in this order
        --excluded-fields A,B  or those that are left out
        --instance-type TYPE   object or array; object
        --parameters JSON      modelParameters; absent
      """;

  private static final Map<String, String> USUAL =
      Map.ofEntries(
          Map.entry("--replicas", "1"),
          Map.entry("--storage-uri", ""),
          Map.entry("--name", "model"),
          Map.entry("--profile", "shared"),
          Map.entry("--port", "8085"),
          Map.entry("--host", "127.0.0.1"),
          Map.entry("--endpoint-id", "1234567890"),
          Map.entry("--project", "emulated"),
          Map.entry("--region", "us-central1"),
          Map.entry("--time-scale", "1"),
          Map.entry("--instances-format", "jsonl"),
          Map.entry("--batch-output", "."),
          Map.entry("--batch-size", "64"),
          Map.entry("--instance-type", "object"));
  private static final List<String> FLAGS = List.of("--help", "--invoke");
  private static final List<String> WITHOUT_USUAL =
      List.of(
          "--command",
          "--url",
          "--env",
          "--health-route",
          "--predict-route",
          "--container-port",
          "--startup-limit",
          "--timeout",
          "--grpc-port",
          "--gcs-folder",
          "--batch-input",
          "--key-field",
          "--included-fields",
          "--excluded-fields",
          "--parameters");

  private final Map<String, List<String>> values = new TreeMap<>();

  private EmulatorArguments() {}

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException if it makes no sense; the message is one line
   */
  static EmulatorArguments of(String... line) {
    EmulatorArguments arguments = new EmulatorArguments();
    Deque<String> words = new ArrayDeque<>(Arrays.asList(line));
    while (!words.isEmpty()) {
      arguments.read(words.remove(), words);
    }
    if (!arguments.has("--help") && arguments.has("--command") == arguments.has("--url")) {
      throw new IllegalArgumentException("give --command or --url, not both; try --help");
    }
    return arguments;
  }

  private void read(String word, Deque<String> rest) {
    int equals = word.indexOf('=');
    String option = equals < 0 ? word : word.substring(0, equals);
    if (!FLAGS.contains(option) && !USUAL.containsKey(option) && !WITHOUT_USUAL.contains(option)) {
      throw new IllegalArgumentException("unknown option " + option + "; try --help");
    }
    String value = "";
    if (equals >= 0) {
      value = word.substring(equals + 1);
    } else if (!FLAGS.contains(option)) {
      value = rest.poll();
    }
    if (value == null) {
      throw new IllegalArgumentException(option + " needs a value; try --help");
    }
    values.computeIfAbsent(option, key -> new ArrayList<>()).add(value);
  }

  boolean has(String option) {
    return values.containsKey(option);
  }

  String text(String option) {
    List<String> all = values.get(option);
    String text = all == null ? USUAL.get(option) : all.get(all.size() - 1);
    if (text == null) {
      throw new IllegalArgumentException(option + " is needed; try --help");
    }
    return text;
  }

  int number(String option) {
    String text = text(option);
    if (!text.matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException(option + " is \"" + text + "\": give a whole number");
    }
    return Integer.parseInt(text);
  }

  double decimal(String option) {
    try {
      return Double.parseDouble(text(option));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(option + " is \"" + text(option) + "\": give a number", e);
    }
  }

  private List<String> list(String option) {
    return has(option) ? List.of(text(option).split(",")) : List.of();
  }

  private @Nullable String textOrNull(String option) {
    return has(option) ? text(option) : null;
  }

  /** The port of gRPC: one above that of HTTP, which may be any free one. */
  int grpcPort() {
    int port = number("--port");
    return has("--grpc-port") ? number("--grpc-port") : port == 0 ? 0 : port + 1;
  }

  EndpointProfile profile() {
    EndpointProfile profile = EndpointProfile.of(text("--profile"));
    if (has("--invoke") && !profile.dedicated()) {
      throw new IllegalArgumentException(
          "--invoke needs a dedicated endpoint: add --profile dedicated (C4.15)");
    } else if (has("--invoke") && has("--batch-input")) {
      throw new IllegalArgumentException(
          "--batch-input needs a predict route, which --invoke takes away (C4.15)");
    }
    return has("--timeout")
        ? profile.withInferenceTimeout(Duration.ofSeconds(number("--timeout")))
        : profile;
  }

  UploadedModel model() {
    UploadedModel.Builder model =
        has("--url")
            ? UploadedModel.servers(
                    values.getOrDefault("--url", List.of()).stream()
                        .map(EmulatorArguments::uri)
                        .toArray(URI[]::new))
                .healthRoute("/health")
            : UploadedModel.command(CommandLine.split(text("--command")).toArray(String[]::new))
                .replicas(number("--replicas"));
    model.name(text("--name"), "1").storageUri(text("--storage-uri"));
    if (has("--health-route")) {
      model.healthRoute(text("--health-route"));
    }
    if (has("--invoke")) {
      model.invokeRoutes();
    } else if (has("--predict-route") || has("--url")) {
      model.predictRoute(has("--predict-route") ? text("--predict-route") : "/predict");
    }
    if (has("--container-port")) {
      model.port(number("--container-port"));
    }
    if (has("--startup-limit")) {
      model.startupProbe(
          Probe.tcpSocket()
              .withPeriod(Duration.ofSeconds(1))
              .withThresholds(number("--startup-limit"), 1));
    }
    values.getOrDefault("--env", List.of()).forEach(entry -> addVariable(model, entry));
    return model.build();
  }

  private static URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "--url is \"" + text + "\": give an address as in http://localhost:8080", e);
    }
  }

  private static void addVariable(UploadedModel.Builder model, String entry) {
    int equals = entry.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException("--env is \"" + entry + "\": give NAME=VALUE");
    }
    model.variable(entry.substring(0, equals), entry.substring(equals + 1));
  }

  BatchInput batchInput() {
    InstanceFields fields =
        new InstanceFields(
            textOrNull("--key-field"),
            list("--included-fields"),
            list("--excluded-fields"),
            text("--instance-type").equals("array"));
    return BatchInput.of(text("--instances-format"), Path.of(text("--batch-input")), fields);
  }

  BatchRun batchRun() {
    return new BatchRun(number("--batch-size"), parameters());
  }

  private @Nullable JsonNode parameters() {
    try {
      return has("--parameters") ? new ObjectMapper().readTree(text("--parameters")) : null;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("--parameters is no JSON", e);
    }
  }
}
