package io.github.vertexj.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.vertexj.emulator.ProtocolJson.NoMessageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The batch prediction jobs of the API: those through an endpoint that is deployed already (C5.29),
 * whose requests of 64 instances meet online traffic in the same replicas.
 *
 * <p>Thread-safe.
 */
final class BatchJobs {
  private static final int BATCH_SIZE = 64;

  private final EmulatedPlatform platform;
  private final CloudFolder storage;
  private final ExecutorService threads;
  private final Map<String, BatchJob> jobs = new ConcurrentSkipListMap<>();

  BatchJobs(EmulatedPlatform platform, CloudFolder storage, ExecutorService threads) {
    this.platform = platform;
    this.storage = storage;
    this.threads = threads;
  }

  /**
   * Creates a job and lets it run.
   *
   * @param newId makes the job's id
   * @return the job's resource
   * @throws RefusedException if it is no job, or not one that can run here
   */
  ObjectNode create(byte[] body, Supplier<String> newId) {
    JsonNode request = request(body);
    Endpoint endpoint = endpoint(request);
    try {
      BatchTarget target = BatchTarget.through(endpoint);
      BatchInput input = input(request.path("inputConfig"), fields(request));
      Path output =
          Files.createDirectories(
              storage.path(text(request, "outputConfig/gcsDestination/outputUriPrefix")));
      BatchRun run = new BatchRun(batchSize(request), parameters(request));
      String id = newId.get();
      String name = platform.parent() + "/batchPredictionJobs/" + id;
      BatchJob job = new BatchJob(name, request, storage);
      jobs.put(id, job);
      job.start(threads, now -> run.run(target, input, output, now));
      return job.resource();
    } catch (IOException | IllegalArgumentException e) {
      throw new RefusedException(
          PlatformErrors.invalidArgument("The job cannot run: " + e.getMessage()));
    }
  }

  private static JsonNode request(byte[] body) {
    try {
      return ProtocolJson.object(body);
    } catch (NoMessageException e) {
      throw new RefusedException(PlatformErrors.invalidPayload(List.of(e.sentence())));
    }
  }

  private Endpoint endpoint(JsonNode request) {
    if (request.path("endpoint").asText().isEmpty()) {
      throw new RefusedException(
          PlatformErrors.notEmulated(
              "A job with replicas of its own (name an endpoint, or start the emulator with"
                  + " --batch-input): it"));
    }
    return ResourcePath.of("/v1/" + request.path("endpoint").asText())
        .filter(path -> path.method().isEmpty())
        .map(path -> platform.existingEndpoint(path.endpointId()))
        .orElseThrow(() -> invalid("endpoint", "projects/…/locations/…/endpoints/…"));
  }

  private BatchInput input(JsonNode config, InstanceFields fields) throws IOException {
    String format = text(config, "instancesFormat");
    List<BatchInput> inputs = new ArrayList<>();
    for (JsonNode uri : config.at("/gcsSource/uris")) {
      for (Path file : storage.files(uri.asText())) {
        inputs.add(BatchInput.of(format, file, fields, storage::path));
      }
    }
    if (inputs.isEmpty()) {
      throw invalid("inputConfig.gcsSource.uris", "the files of the instances, gs://…");
    }
    return BatchInput.all(inputs);
  }

  private static InstanceFields fields(JsonNode request) {
    JsonNode config = request.path("instanceConfig");
    return new InstanceFields(
        config.path("keyField").textValue(),
        texts(config.path("includedFields")),
        texts(config.path("excludedFields")),
        config.path("instanceType").asText().equals("array"));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static int batchSize(JsonNode request) {
    return request.at("/manualBatchTuningParameters/batchSize").asInt(BATCH_SIZE);
  }

  private static @Nullable JsonNode parameters(JsonNode request) {
    return request.get("modelParameters");
  }

  private static String text(JsonNode message, String path) {
    String text = message.at("/" + path).asText();
    if (text.isEmpty()) {
      throw invalid(path.replace('/', '.'), "a text");
    }
    return text;
  }

  private static RefusedException invalid(String field, String wanted) {
    return new RefusedException(
        PlatformErrors.invalidArgument("The field \"" + field + "\" must be " + wanted + "."));
  }

  ObjectNode list() {
    ObjectNode list = JsonNodeFactory.instance.objectNode();
    ArrayNode all = list.putArray("batchPredictionJobs");
    jobs.values().forEach(job -> all.add(job.resource()));
    return list;
  }

  /**
   * Returns a job.
   *
   * @throws RefusedException if there is none of this id
   */
  BatchJob job(String id) {
    BatchJob job = jobs.get(id);
    if (job == null) {
      throw new RefusedException(
          PlatformErrors.notFound("BatchPredictionJob " + id + " does not exist."));
    }
    return job;
  }

  /** Ends all jobs. */
  void close() {
    jobs.values().forEach(BatchJob::cancel);
  }
}
