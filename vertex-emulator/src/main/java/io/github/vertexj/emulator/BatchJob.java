package io.github.vertexj.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A batch prediction job through an endpoint, from its creation to its end.
 *
 * <p>Its resource is the request with what has become of it. That a job whose requests have all
 * failed has failed itself, and one of which some have is partially succeeded, is an assumption.
 * Thread-safe.
 */
final class BatchJob {
  /** What a job does; to be interrupted. */
  interface Work {
    BatchRun.Result run(Instant now) throws IOException, InterruptedException;
  }

  private final ObjectNode resource; // guarded by this
  private final CloudFolder storage;
  private @Nullable Future<?> running; // guarded by this

  BatchJob(String name, JsonNode request, CloudFolder storage) {
    this.resource = request.deepCopy();
    this.storage = storage;
    resource.put("name", name).put("createTime", Instant.now().toString());
    state("JOB_STATE_PENDING");
  }

  /** Begins, on a thread of its own. */
  synchronized void start(ExecutorService threads, Work work) {
    running = threads.submit(() -> run(work));
  }

  private void run(Work work) {
    Instant now = Instant.now();
    begin(now);
    try {
      succeed(work.run(now));
    } catch (InterruptedException e) {
      end("JOB_STATE_CANCELLED");
    } catch (IOException | RuntimeException e) {
      fail(e.getMessage());
    }
  }

  private synchronized void begin(Instant now) {
    resource.put("startTime", now.toString());
    state("JOB_STATE_RUNNING");
  }

  private synchronized void succeed(BatchRun.Result result) {
    ObjectNode stats = resource.putObject("completionStats");
    stats.put("successfulCount", Long.toString(result.successful()));
    stats.put("failedCount", Long.toString(result.failed()));
    resource
        .putObject("outputInfo")
        .put("gcsOutputDirectory", storage.uri(result.directory().toAbsolutePath().normalize()));
    ArrayNode failures = resource.putArray("partialFailures");
    result.failures().forEach(text -> failures.addObject().put("code", 13).put("message", text));
    if (result.failed() > 0 && result.successful() == 0) {
      fail("All requests have failed.");
    } else {
      end(result.failed() == 0 ? "JOB_STATE_SUCCEEDED" : "JOB_STATE_PARTIALLY_SUCCEEDED");
    }
  }

  private synchronized void fail(@Nullable String why) {
    resource.putObject("error").put("code", 9).put("message", String.valueOf(why));
    end("JOB_STATE_FAILED");
  }

  private synchronized void end(String state) {
    resource.put("endTime", Instant.now().toString());
    state(state);
  }

  private synchronized void state(String state) {
    resource.put("state", state).put("updateTime", Instant.now().toString());
  }

  synchronized boolean over() {
    return resource.has("endTime");
  }

  /** Ends the job; nothing happens if it is over. */
  synchronized void cancel() {
    if (!over() && running != null) {
      state("JOB_STATE_CANCELLING");
      running.cancel(true);
    }
  }

  synchronized ObjectNode resource() {
    return resource.deepCopy();
  }
}
