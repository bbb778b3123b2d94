package io.github.vertexj.start;

import io.github.vertexj.DeployedModel;
import io.github.vertexj.InstanceErrors;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.StartException;
import io.github.vertexj.envelope.EnvelopeReader;
import io.github.vertexj.envelope.EnvelopeRules;
import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.JsonScanner;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a model directory, {@code samples.jsonl}: on each line an instance, as a client
 * sends it. They warm the model up.
 */
final class Samples<I> {
  static final String FILE = "samples.jsonl";
  private static final int MAX_SAMPLES = 100;

  private final EnvelopeRules rules;
  private final EnvelopeReader<I> reader;

  private Samples(LoadedModel<I, ?> model, EnvelopeRules rules) {
    this.rules = rules.instanceErrors(InstanceErrors.REQUEST_FAILS);
    this.reader = EnvelopeReader.of(model.instanceReader(), this.rules, BytePool.of(0));
  }

  /**
   * Reads the samples of a model, the first 100; none if it has no such file.
   *
   * @throws StartException if a line is no instance of the model
   */
  static <I> List<@Nullable I> read(
      DeployedModel deployed, LoadedModel<I, ?> model, EnvelopeRules rules) throws IOException {
    Path directory = deployed.directory();
    return directory == null || !Files.exists(directory.resolve(FILE))
        ? List.of()
        : new Samples<>(model, rules).read(directory.resolve(FILE));
  }

  private List<@Nullable I> read(Path file) throws IOException {
    List<@Nullable I> samples = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = lines.readLine();
          line != null && samples.size() < MAX_SAMPLES;
          line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          samples.add(sample(line, number));
        }
      }
    }
    return samples;
  }

  private @Nullable I sample(String line, int number) {
    try {
      requireOneValue(line);
      byte[] envelope = ("{\"instances\":[" + line + "]}").getBytes(StandardCharsets.UTF_8);
      return reader.read(envelope, 0, envelope.length).instances().get(0);
    } catch (BadBodyException e) {
      throw new StartException("%s, line %d: %s".formatted(FILE, number, e.getMessage()));
    }
  }

  /** So that nothing on a line can end the envelope that it is put into. */
  private void requireOneValue(String line) {
    byte[] text = line.getBytes(StandardCharsets.UTF_8);
    JsonScanner in = new JsonScanner(text, 0, text.length, rules.json());
    in.skipValue();
    if (in.peek() != JsonScanner.END) {
      throw in.unexpected("the end of the line");
    }
  }
}
