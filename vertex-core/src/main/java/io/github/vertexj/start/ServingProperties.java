package io.github.vertexj.start;

import static java.util.Objects.requireNonNullElse;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.InstanceErrors;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.StartException;
import io.github.vertexj.envelope.EnvelopeRules;
import io.github.vertexj.envelope.FieldRules;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The {@code serving.properties} of a model directory: DJL Serving's file, with its names where
 * they mean the same.
 *
 * <p>Here are the settings that every server knows; the others are the provider's. Immutable and
 * thread-safe.
 */
final class ServingProperties {
  static final String FILE = "serving.properties";

  private static final String BATCH_SIZE = "batch_size";
  private static final String BATCH_DELAY = "max_batch_delay";
  private static final String QUEUE_SIZE = "job_queue_size";
  private static final String PREDICT_TIMEOUT = "option.predict_timeout";
  private static final String WORKER_TIMEOUT = "option.worker_timeout";
  private static final String MAX_REQUEST_SIZE = "max_request_size";
  private static final String MAX_PARAMETERS_SIZE = "max_parameters_size";
  private static final String INSTANCE_ERRORS = "instance_errors";
  private static final String LENIENT_STRINGS = "lenient_strings";
  private static final String WORKERS = "workers";
  private static final String VIRTUAL_THREADS = "virtual_threads";
  private static final String SPREAD = "spread";
  private static final int MAX_WORKERS = 10_000;
  private static final String MISSING_FIELDS = "missing_fields";
  private static final String UNKNOWN_FIELDS = "unknown_fields";
  private static final Set<String> OURS =
      Set.of(
          MISSING_FIELDS,
          UNKNOWN_FIELDS,
          WORKERS,
          VIRTUAL_THREADS,
          SPREAD,
          BATCH_SIZE,
          BATCH_DELAY,
          QUEUE_SIZE,
          PREDICT_TIMEOUT,
          WORKER_TIMEOUT,
          MAX_REQUEST_SIZE,
          MAX_PARAMETERS_SIZE,
          INSTANCE_ERRORS,
          LENIENT_STRINGS);

  private final Map<String, String> entries;

  private ServingProperties(Map<String, String> entries) {
    this.entries = entries;
  }

  /** Reads the file of a directory; none gives no settings. */
  static ServingProperties read(@Nullable Path directory) {
    if (directory == null || !Files.exists(directory.resolve(FILE))) {
      return new ServingProperties(Map.of());
    }
    Path file = directory.resolve(FILE);
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new StartException(file + " cannot be read as a properties file in UTF-8: " + e, e);
    }
    Map<String, String> entries = new TreeMap<>();
    properties
        .stringPropertyNames()
        .forEach(name -> entries.put(withoutMark(name), value(properties, name)));
    return new ServingProperties(Collections.unmodifiableMap(entries));
  }

  /** Without the byte order mark that some editors begin a file with. */
  private static String withoutMark(String name) {
    return name.startsWith("\uFEFF") ? name.substring(1) : name;
  }

  private static String value(Properties properties, String name) {
    return properties.getProperty(name).trim();
  }

  /** The settings that are the provider's to read. */
  Map<String, String> forProvider() {
    Map<String, String> others = new LinkedHashMap<>(entries);
    others.keySet().removeAll(OURS);
    return others;
  }

  /** Stops the start at a setting that neither we nor the provider reads: a typo must not pass. */
  void refuseUnknown(Set<String> providerNames) {
    Set<String> unknown = new TreeSet<>(forProvider().keySet());
    unknown.removeIf(name -> providerNames.stream().anyMatch(known -> covers(known, name)));
    if (!unknown.isEmpty()) {
      Set<String> known = new TreeSet<>(OURS);
      known.addAll(providerNames);
      throw new StartException(
          FILE + ": nothing reads " + unknown + "; remove it or write one of " + known);
    }
  }

  private static boolean covers(String known, String name) {
    return known.endsWith(".*")
        ? name.startsWith(known.substring(0, known.length() - 1))
        : known.equals(name);
  }

  /**
   * Returns settings with what this file says of them.
   *
   * @throws StartException if something is out of range, also of what is said of the model
   */
  ServingSettings over(ServingSettings settings) {
    workers(1);
    truth(VIRTUAL_THREADS, false);
    batchPolicy(BatchPolicy.DEFAULT);
    return new ServingSettings(
        settings.model(),
        envelopeRules(settings.envelopeRules()),
        maxBodyBytes(settings.maxBodyBytes()),
        timeouts(settings.timeouts()));
  }

  /** Returns a model as this file has it, then the program's settings, then the model itself. */
  <I, P> LoadedModel<I, P> over(ModelSettings settings, LoadedModel<I, P> model) {
    LoadedModel.Builder<I, P> builder = model.toBuilder();
    if (truth(VIRTUAL_THREADS, requireNonNullElse(settings.virtualThreads(), false))) {
      builder.virtualThreads();
    }
    return builder
        .workers(workers(requireNonNullElse(settings.workers(), model.workers())))
        .batchPolicy(batchPolicy(requireNonNullElse(settings.batchPolicy(), model.batchPolicy())))
        .build();
  }

  int workers(int fallback) {
    return whole(WORKERS, 1, MAX_WORKERS, fallback);
  }

  BatchPolicy batchPolicy(BatchPolicy fallback) {
    return new BatchPolicy(
        positive(BATCH_SIZE, fallback.maxBatchSize()),
        delay(fallback.maxBatchDelay()),
        positive(QUEUE_SIZE, fallback.maxQueuedInstances()),
        truth(SPREAD, fallback.spread()));
  }

  ServingSettings.Timeouts timeouts(ServingSettings.Timeouts fallback) {
    return new ServingSettings.Timeouts(
        seconds(PREDICT_TIMEOUT, fallback.request()), seconds(WORKER_TIMEOUT, fallback.worker()));
  }

  private Duration seconds(String name, Duration fallback) {
    int seconds = whole(name, 1, 86_400, 1);
    return entries.containsKey(name) ? Duration.ofSeconds(seconds) : fallback;
  }

  int maxBodyBytes(int fallback) {
    return positive(MAX_REQUEST_SIZE, fallback);
  }

  EnvelopeRules envelopeRules(EnvelopeRules fallback) {
    int maxParameters = positive(MAX_PARAMETERS_SIZE, fallback.json().maxTreeBytes());
    return fallback
        .json(fallback.json().maxTreeBytes(maxParameters))
        .instanceErrors(
            oneOf(
                INSTANCE_ERRORS,
                Map.of(
                    "request_fails", InstanceErrors.REQUEST_FAILS,
                    "in_place", InstanceErrors.IN_PLACE),
                fallback.instanceErrors()))
        .fields(
            new FieldRules(
                oneOf(
                    MISSING_FIELDS,
                    Map.of("refuse", true, "null", false),
                    fallback.fields().missingRefused()),
                oneOf(
                    UNKNOWN_FIELDS,
                    Map.of("refuse", true, "ignore", false),
                    fallback.fields().unknownRefused())))
        .lenientStrings(truth(LENIENT_STRINGS, fallback.json().lenientStrings()));
  }

  private Duration delay(Duration fallback) {
    int millis = whole(BATCH_DELAY, 0, (int) BatchPolicy.LONGEST_DELAY.toMillis(), 0);
    return entries.containsKey(BATCH_DELAY) ? Duration.ofMillis(millis) : fallback;
  }

  private int positive(String name, int fallback) {
    return whole(name, 1, Integer.MAX_VALUE, fallback);
  }

  private boolean truth(String name, boolean fallback) {
    return oneOf(name, Map.of("true", true, "false", false), fallback);
  }

  private <T> T oneOf(String name, Map<String, T> values, T fallback) {
    String text = entries.get(name);
    if (text == null) {
      return fallback;
    }
    T value = values.get(text);
    if (value == null) {
      throw new StartException(
          "%s: %s must be %s, not '%s'"
              .formatted(FILE, name, String.join(" or ", new TreeSet<>(values.keySet())), text));
    }
    return value;
  }

  private int whole(String name, int least, int most, int fallback) {
    String text = entries.get(name);
    if (text == null) {
      return fallback;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below, as for a number out of range
    }
    throw new StartException(
        "%s: %s must be a whole number from %d to %d, not '%s'"
            .formatted(FILE, name, least, most, text));
  }
}
