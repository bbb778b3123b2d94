package io.github.vertexj.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of a batch run: results, and what failed, a pair for each shard (C5.19, C5.20).
 *
 * <p>The form of a line of errors, its text and the number of its instances, is an assumption made
 * of what was seen (C5.21). Thread-safe.
 */
final class BatchOutput implements AutoCloseable {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy_MM_dd'T'HH_mm_ss_SSS'Z'").withZone(ZoneOffset.UTC);

  // As many as the API shows (C5.24).
  private static final int MAX_FAILURES = 20;

  private final Path directory;
  private final List<Writer> results = new ArrayList<>();
  private final List<Writer> errors = new ArrayList<>();
  private final List<String> failures = new ArrayList<>(); // guarded by this, as the numbers
  private long successful;
  private long failed;

  private BatchOutput(Path directory) {
    this.directory = directory;
  }

  /** Creates the directory {@code prediction-<name>-<time>} and its empty files. */
  static BatchOutput in(Path parent, String modelName, Instant now, int shards) throws IOException {
    Path directory = parent.resolve("prediction-" + modelName + "-" + TIME.format(now));
    BatchOutput output = new BatchOutput(Files.createDirectories(directory));
    for (int shard = 0; shard < shards; shard++) {
      String number = "-%05d-of-%05d".formatted(shard, shards);
      output.results.add(Files.newBufferedWriter(directory.resolve("prediction.results" + number)));
      output.errors.add(
          Files.newBufferedWriter(directory.resolve("prediction.errors_stats" + number)));
    }
    return output;
  }

  synchronized void predicted(int shard, List<BatchItem> batch, JsonNode predictions)
      throws IOException {
    for (int i = 0; i < batch.size(); i++) {
      results.get(shard).write(batch.get(i).result(predictions.get(i)) + "\n");
    }
    successful += batch.size();
  }

  synchronized void failed(int shard, String failure, int instances) throws IOException {
    String text = "Post request fails. Cannot get predictions. Error: " + failure;
    errors.get(shard).write("('%s', %d)%n".formatted(text.replace("'", "\\'"), instances));
    failed += instances;
    if (failures.size() < MAX_FAILURES) {
      failures.add(text);
    }
  }

  synchronized BatchRun.Result result() {
    return new BatchRun.Result(successful, failed, directory, List.copyOf(failures));
  }

  @Override
  public void close() throws IOException {
    for (Writer writer : results) {
      writer.close();
    }
    for (Writer writer : errors) {
      writer.close();
    }
  }
}
