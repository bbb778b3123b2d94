package io.github.vertexj.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batch prediction jobs through an endpoint that serves online calls, too (C5.29). */
@Timeout(120)
class BatchJobTest extends PlatformTest {
  @TempDir Path storage;
  private Endpoint endpoint;

  @BeforeEach
  void deploy() throws Exception {
    platform.close();
    platform = EmulatedPlatform.builder().manualProbeTime().cloudFolder(storage).start();
    container.answer =
        (exchange, asked) -> {
          ObjectNode reply = JSON.createObjectNode();
          reply.set("predictions", JSON.readTree(asked.body()).path("instances"));
          TestContainer.reply(exchange, 200, "application/json", reply.toString());
        };
    endpoint = deployed(EndpointProfile.DEDICATED);
    Files.createDirectories(storage.resolve("bucket"));
    StringBuilder rows = new StringBuilder();
    for (int row = 0; row < 100; row++) {
      rows.append("{\"id\": ").append(row).append("}\n");
    }
    Files.writeString(storage.resolve("bucket/rows.jsonl"), rows);
  }

  private URI jobs() {
    return platform.uri().resolve("/v1beta1/projects/p/locations/l/batchPredictionJobs");
  }

  private ObjectNode request() {
    ObjectNode job = JSON.createObjectNode();
    job.put("displayName", "nightly").put("endpoint", endpoint.name());
    ObjectNode input = job.putObject("inputConfig").put("instancesFormat", "jsonl");
    input.putObject("gcsSource").putArray("uris").add("gs://bucket/rows.jsonl");
    job.putObject("outputConfig")
        .put("predictionsFormat", "jsonl")
        .putObject("gcsDestination")
        .put("outputUriPrefix", "gs://bucket/out");
    return job;
  }

  private JsonNode created(JsonNode request) throws Exception {
    HttpResponse<String> response = post(jobs(), request.toString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  private JsonNode read(JsonNode job) throws Exception {
    URI uri = platform.uri().resolve("/v1beta1/" + job.path("name").asText());
    return JSON.readTree(get(uri).body());
  }

  private JsonNode ended(JsonNode job) throws Exception {
    JsonNode now = read(job);
    while (!now.has("endTime")) {
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
      now = read(job);
    }
    return now;
  }

  @Test
  void C5_29_job_runsThroughTheEndpoint_andOnlineCallsAreAnsweredMeanwhile() throws Exception {
    TestContainer.Answer echo = container.answer;
    CountDownLatch batchHasCome = new CountDownLatch(1);
    CountDownLatch onlineIsAnswered = new CountDownLatch(1);
    container.answer =
        (exchange, asked) -> {
          if (!asked.body().equals(ENVELOPE)) {
            batchHasCome.countDown();
            await(onlineIsAnswered);
          }
          echo.to(exchange, asked);
        };
    JsonNode job = created(request());
    await(batchHasCome);
    assertThat(endpoint.predict(ENVELOPE).statusCode()).isEqualTo(200);
    assertThat(read(job).path("state").asText()).isEqualTo("JOB_STATE_RUNNING");
    onlineIsAnswered.countDown();
    JsonNode done = ended(job);
    assertThat(done.path("state").asText()).isEqualTo("JOB_STATE_SUCCEEDED");
    assertThat(done.at("/completionStats/successfulCount").asText()).isEqualTo("100");
    String directory = done.at("/outputInfo/gcsOutputDirectory").asText();
    assertThat(directory).startsWith("gs://bucket/out/prediction-digits-");
    assertThat(
            Files.readAllLines(
                storage
                    .resolve(directory.substring("gs://".length()))
                    .resolve("prediction.results-00000-of-00001")))
        .hasSize(100)
        .contains("{\"instance\":{\"id\":99},\"prediction\":{\"id\":99}}");
    assertThat(JSON.readTree(get(jobs()).body()).at("/batchPredictionJobs/0/displayName").asText())
        .isEqualTo("nightly");
  }

  @Test
  void job_hasTheApisSettings() throws Exception {
    ObjectNode request = request();
    request.putObject("manualBatchTuningParameters").put("batchSize", 60);
    request.putObject("modelParameters").put("k", 3);
    request.putObject("instanceConfig").put("keyField", "id");
    ended(created(request));
    assertThat(container.asked).hasSize(2);
    assertThat(container.asked.get(1).body())
        .startsWith("{\"instances\":[{},{}")
        .endsWith("\"parameters\":{\"k\":3}}");
  }

  @Test
  void job_ofSeveralFiles_readsThemAll() throws Exception {
    Files.writeString(storage.resolve("bucket/rows-2.jsonl"), "1\n");
    ObjectNode request = request();
    ((ObjectNode) request.at("/inputConfig/gcsSource")).putArray("uris").add("gs://bucket/rows*");
    assertThat(ended(created(request)).at("/completionStats/successfulCount").asText())
        .isEqualTo("101");
  }

  @Test
  void job_whoseRequestsFail_hasFailed_andSaysWhy() throws Exception {
    container.answer = TestContainer.json(422, "no");
    JsonNode done = ended(created(request()));
    assertThat(done.path("state").asText()).isEqualTo("JOB_STATE_FAILED");
    assertThat(done.at("/completionStats/failedCount").asText()).isEqualTo("100");
    assertThat(done.at("/partialFailures/0/message").asText()).contains("422 (no)");
  }

  @Test
  void job_canBeCancelled() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    container.answer = (exchange, asked) -> await(never);
    JsonNode job = created(request());
    URI uri = platform.uri().resolve("/v1beta1/" + job.path("name").asText() + ":cancel");
    assertThat(post(uri, "{}").statusCode()).isEqualTo(200);
    assertThat(ended(job).path("state").asText()).isEqualTo("JOB_STATE_CANCELLED");
    never.countDown();
  }

  @ParameterizedTest
  @CsvSource({
    "endpoint,'',501",
    "endpoint,x,400",
    "endpoint,projects/p/locations/l/endpoints/1,404",
    "input,gs://bucket/none.jsonl,404",
    "input,gs://../rows.jsonl,400",
    "input,gs://bucket/../../rows.jsonl,400",
    "input,/etc/hostname,400",
    "output,gs://,400",
    "output,gs://..,400",
    "format,bigquery,400",
    "size,0,400"
  })
  void job_thatCannotRun_isRefused(String what, String value, int status) throws Exception {
    ObjectNode request = request();
    switch (what) {
      case "endpoint" -> request.put("endpoint", value);
      case "input" ->
          ((ObjectNode) request.at("/inputConfig/gcsSource")).putArray("uris").add(value);
      case "output" ->
          ((ObjectNode) request.at("/outputConfig/gcsDestination")).put("outputUriPrefix", value);
      case "format" -> ((ObjectNode) request.path("inputConfig")).put("instancesFormat", value);
      default -> request.putObject("manualBatchTuningParameters").put("batchSize", 0);
    }
    assertThat(post(jobs(), request.toString()).statusCode()).isEqualTo(status);
    assertThat(container.asked).isEmpty();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
