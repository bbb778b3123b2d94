package io.github.vertexj.emulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** The inputs of a batch run, read as they are needed. */
@FunctionalInterface
interface BatchInput {

  /**
   * Opens the inputs; the stream has to be closed.
   *
   * @throws IllegalArgumentException later, if one is not of its format; the message says which
   */
  Stream<BatchItem> open() throws IOException;

  /** Whether the platform spreads the inputs over the replicas; a CSV file it does not (C5.15). */
  default boolean splits() {
    return true;
  }

  /**
   * Returns the inputs in a file.
   *
   * @param format {@code jsonl}, {@code csv}, {@code tf-record}, {@code tf-record-gzip} or {@code
   *     file-list}
   */
  static BatchInput of(String format, Path file, InstanceFields fields) {
    Path folder = Objects.requireNonNullElse(file.toAbsolutePath().getParent(), file);
    return of(format, file, fields, folder::resolve);
  }

  /**
   * The same, for inputs that name files elsewhere.
   *
   * @param named the file that a line of a {@code file-list} names
   */
  static BatchInput of(
      String format, Path file, InstanceFields fields, Function<String, Path> named) {
    return switch (format) {
      case "jsonl" -> () -> jsonLines(file, fields);
      case "csv" -> new CsvInput(file, fields);
      case "tf-record" -> () -> records(Files.newInputStream(file));
      case "tf-record-gzip" -> () -> records(new GZIPInputStream(Files.newInputStream(file)));
      case "file-list" -> () -> files(file, named);
      default ->
          throw new IllegalArgumentException(
              "the instances format is \"%s\": use jsonl, csv, tf-record, tf-record-gzip or file-list"
                  .formatted(format));
    };
  }

  /** Returns the inputs of several files, one after the other. */
  static BatchInput all(List<BatchInput> inputs) {
    return new BatchInput() {
      @Override
      public Stream<BatchItem> open() {
        return inputs.stream().flatMap(BatchInput::opened);
      }

      @Override
      public boolean splits() {
        return inputs.stream().allMatch(BatchInput::splits);
      }
    };
  }

  private static Stream<BatchItem> opened(BatchInput input) {
    try {
      return input.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each line is an instance as it is (C5.5). */
  private static Stream<BatchItem> jsonLines(Path file, InstanceFields fields) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    return lines(file).filter(line -> !line.isBlank()).map(line -> fields.item(json(mapper, line)));
  }

  private static Stream<String> lines(Path file) throws IOException {
    BufferedReader reader = Files.newBufferedReader(file);
    return reader.lines().onClose(() -> close(reader));
  }

  private static void close(Closeable file) {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode json(ObjectMapper mapper, String line) {
    try {
      return mapper.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a line of the input is no JSON", e);
    }
  }

  /** Each line names a file, whose bytes are the instance (C5.8); here a path of this machine. */
  private static Stream<BatchItem> files(Path list, Function<String, Path> named)
      throws IOException {
    return lines(list)
        .filter(line -> !line.isBlank())
        .map(
            name -> {
              try {
                JsonNode shown = JsonNodeFactory.instance.textNode(name);
                return new BatchItem(bytes(Files.readAllBytes(named.apply(name))), shown, null);
              } catch (IOException e) {
                throw new UncheckedIOException("the file " + name + " cannot be read", e);
              }
            });
  }

  /** Each record's bytes are an instance (C5.7). */
  private static Stream<BatchItem> records(InputStream stream) {
    DataInputStream in = new DataInputStream(new BufferedInputStream(stream));
    return Stream.generate(() -> record(in))
        .takeWhile(Objects::nonNull)
        .map(BatchInput::item)
        .onClose(() -> close(in));
  }

  private static BatchItem item(byte[] record) {
    JsonNode instance = bytes(record);
    return new BatchItem(instance, instance, null);
  }

  /** Reads one record: length, its checksum, bytes, their checksum; checksums are not looked at. */
  private static byte @Nullable [] record(DataInputStream in) {
    try {
      long length;
      try {
        length = Long.reverseBytes(in.readLong());
      } catch (EOFException end) {
        return null;
      }
      in.skipNBytes(Integer.BYTES);
      byte[] bytes = in.readNBytes(Math.toIntExact(length));
      in.skipNBytes(Integer.BYTES);
      return bytes;
    } catch (IOException | ArithmeticException e) {
      throw new IllegalArgumentException("the input is no file of records", e);
    }
  }

  private static ObjectNode bytes(byte[] bytes) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("b64", Base64.getEncoder().encodeToString(bytes));
  }
}
