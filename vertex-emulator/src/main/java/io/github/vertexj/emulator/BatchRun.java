package io.github.vertexj.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A batch prediction: inputs in requests of a fixed size to the containers, results in files (C5).
 *
 * <p>Requests go to the predict route, one at a time for each shard; no endpoint's limit counts
 * (C5.1, C5.4), also through an endpoint, which is an assumption. Assumed is which failures are
 * tried again (Q21): broken connections, time-outs, 429 and 5xx, three times (C5.16).
 */
final class BatchRun {
  private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(10);
  private static final int RETRIES = 3;
  private static final int OK = 200;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int FIRST_SERVER_ERROR = 500;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final int batchSize;
  private final @Nullable JsonNode parameters;
  private final Upstream upstream =
      new Upstream(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());

  /**
   * Creates a run.
   *
   * @param batchSize the instances of a request; the platform's own default is 64 (C5.3)
   * @param parameters the envelope's {@code parameters}, which are missing if this is null (C5.2)
   */
  BatchRun(int batchSize, @Nullable JsonNode parameters) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("the batch size must be at least 1, not " + batchSize);
    }
    this.batchSize = batchSize;
    this.parameters = parameters;
  }

  /**
   * What came of a run: how many instances were predicted, how many not, and where it is told.
   *
   * @param failures the first few reasons
   */
  record Result(long successful, long failed, Path directory, List<String> failures) {
    @Override
    public String toString() {
      return "%d instances predicted, %d failed: %s".formatted(successful, failed, directory);
    }
  }

  /**
   * Runs to the end, whatever fails; an interrupt ends it.
   *
   * @throws IOException if a file cannot be read or written
   * @throws InterruptedException if it was ended; what was written until then is there
   * @throws IllegalArgumentException if an input is not of its format
   */
  Result run(BatchTarget target, BatchInput input, Path parent, Instant now)
      throws IOException, InterruptedException {
    int shards = input.splits() ? target.replicas() : 1;
    ExecutorService threads = Executors.newFixedThreadPool(shards, BatchRun::daemon);
    try (BatchOutput output = BatchOutput.in(parent, target.modelName(), now, shards);
        Stream<BatchItem> items = input.open()) {
      Iterator<BatchItem> all = items.iterator();
      Map<Integer, Future<?>> underWay = new HashMap<>();
      for (int request = 0; all.hasNext(); request++) {
        int shard = request % shards;
        List<BatchItem> batch = nextBatch(all);
        await(underWay.get(shard));
        underWay.put(
            shard,
            threads.submit(
                () -> {
                  predict(target, batch, shard, output);
                  return null;
                }));
      }
      for (Future<?> last : underWay.values()) {
        await(last);
      }
      return output.result();
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "batch");
    thread.setDaemon(true);
    return thread;
  }

  private List<BatchItem> nextBatch(Iterator<BatchItem> all) {
    List<BatchItem> batch = new ArrayList<>();
    while (batch.size() < batchSize && all.hasNext()) {
      batch.add(all.next());
    }
    return batch;
  }

  private static void await(@Nullable Future<?> request) throws IOException, InterruptedException {
    try {
      if (request != null) {
        request.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException notWritten
          ? notWritten
          : new IOException(e.getCause());
    }
  }

  /** A failed request fails all its instances (C5.21). */
  private void predict(BatchTarget target, List<BatchItem> batch, int shard, BatchOutput output)
      throws IOException {
    byte[] envelope = envelope(batch);
    String failure = "";
    for (int retry = 0; retry <= RETRIES; retry++) {
      Attempt attempt =
          target
              .next()
              .get()
              .map(route -> attempt(route, envelope, batch.size()))
              .orElseGet(() -> new Attempt(null, "no healthy replica", true));
      if (attempt.predictions != null) {
        output.predicted(shard, batch, attempt.predictions);
        return;
      }
      failure = attempt.failure;
      if (!attempt.again) {
        break;
      }
      failure = "Exceeded retries: " + attempt.failure + ", retry=" + retry;
    }
    output.failed(shard, failure, batch.size());
  }

  private byte[] envelope(List<BatchItem> batch) throws IOException {
    ObjectNode envelope = JsonNodeFactory.instance.objectNode();
    ArrayNode instances = envelope.putArray("instances");
    batch.forEach(item -> instances.add(item.instance()));
    if (parameters != null) {
      envelope.set("parameters", parameters);
    }
    return MAPPER.writeValueAsBytes(envelope);
  }

  /** What one request led to: predictions, or a failure that may be tried again. */
  private record Attempt(@Nullable JsonNode predictions, String failure, boolean again) {}

  private Attempt attempt(URI predictRoute, byte[] envelope, int size) {
    try {
      HttpResponse<byte[]> response =
          upstream.send(
              Upstream.request(
                  "POST",
                  predictRoute,
                  Map.of("Content-Type", List.of("application/json")),
                  envelope),
              REQUEST_TIMEOUT);
      if (response.statusCode() == OK) {
        return answered(response.body(), size);
      }
      String body = new String(response.body(), StandardCharsets.UTF_8).strip();
      return new Attempt(
          null,
          "Non-OK result %d (%s)".formatted(response.statusCode(), body),
          response.statusCode() >= FIRST_SERVER_ERROR
              || response.statusCode() == TOO_MANY_REQUESTS);
    } catch (TimeoutException e) {
      return new Attempt(null, "Non-OK result 504 (upstream request timeout)", true);
    } catch (IOException e) {
      return new Attempt(null, "the connection broke off", true);
    }
  }

  /** Predictions are paired with instances by their places (C5.23). */
  private static Attempt answered(byte[] body, int size) {
    try {
      JsonNode predictions = MAPPER.readTree(body).path("predictions");
      return predictions.isArray() && predictions.size() == size
          ? new Attempt(predictions, "", false)
          : new Attempt(
              null,
              "%d instances were answered with %d predictions".formatted(size, predictions.size()),
              false);
    } catch (IOException e) {
      return new Attempt(null, "the reply is no JSON", false);
    }
  }
}
