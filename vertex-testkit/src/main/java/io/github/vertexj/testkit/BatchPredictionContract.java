package io.github.vertexj.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.Parameters;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.serving.PredictionHandler;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** That the requests of the platform's batch prediction are served, in all shapes that it sends. */
abstract class BatchPredictionContract extends ServerContract {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int INSTANCES_PER_REQUEST = 64;
  private static final int ROWS = 2 * INSTANCES_PER_REQUEST + 22;

  /** A value of each BigQuery type, a nested record, a repeated field and a missing value. */
  private static final String BIGQUERY_ROW =
      "[\"größer\",9007199254740993,0.1,2.50,true,\"2024-05-01 12:30:00.123456+00:00\","
          + "\"2024-05-01\",\"12:30:00.123456\",\"2024-05-01T12:30:00\",{\"unit\":\"m\"},[3,4],null]";

  BatchPredictionContract(AdapterContract adapter) {
    super(adapter);
  }

  @TestFactory
  Stream<DynamicTest> required_C5_23_predictions_match_64_instances_and_a_smaller_rest()
      throws Exception {
    ServedHandler served = ready(new EchoProvider());
    return Stream.of(
        sent(served, "objects of JSON lines (C5.5)", row -> "{\"id\":" + row + ",\"tags\":[]}"),
        sent(served, "bare values of JSON lines (C5.5)", row -> "\"line " + row + "\""),
        sent(served, "arrays of CSV rows (C5.6)", row -> "[\"name " + row + "\"," + row + ".5]"),
        sent(served, "arrays of BigQuery rows (C5.9)", row -> BIGQUERY_ROW));
  }

  private static DynamicTest sent(
      ServedHandler served, String name, Function<Integer, String> instance) {
    return dynamicTest(
        name,
        () -> {
          List<CompletableFuture<Answer>> answers = new ArrayList<>();
          List<String> expected = new ArrayList<>();
          for (int from = 0; from < ROWS; from += INSTANCES_PER_REQUEST) {
            String instances = rows(from, Math.min(ROWS, from + INSTANCES_PER_REQUEST), instance);
            expected.add(instances);
            answers.add(served.predictLater(envelope(instances)));
          }
          for (int i = 0; i < expected.size(); i++) {
            assertThat(ServedHandler.await(answers.get(i)).predictions())
                .isEqualTo(JSON.readTree("[" + expected.get(i) + "]"));
          }
        });
  }

  @Test
  void required_C5_6_csv_rows_are_records_and_tensors() throws Exception {
    ServedHandler records = ready(new PerInstance<>(CsvRow.class, CsvRow::toString));
    assertThat(records.predict(envelope("[\"a, \\\"b\\\"\", 5.0, 0.25]")).predictions())
        .hasToString("[\"CsvRow[name=a, \\\"b\\\", count=5, weight=0.25]\"]");
    TensorSpec numbers = TensorSpec.of(TensorType.FLOAT32, 3);
    ServedHandler tensors =
        ready(new PerInstance<>(InstanceReader.tensor(numbers), BatchPredictionContract::sum));
    assertThat(tensors.predict(envelope("[1.0, 2.5, 3e0], [0, 0.5, 0]")).predictions())
        .hasToString("[6.5,0.5]");
  }

  @Test
  void required_C5_9_bigquery_rows_are_records_of_their_documented_types() throws Exception {
    ServedHandler served = ready(new PerInstance<>(BigQueryRow.class, BigQueryRow::toString));
    assertThat(served.predict(envelope(BIGQUERY_ROW)).predictions().get(0).textValue())
        .isEqualTo(
            "BigQueryRow[text=größer, integer=9007199254740993, real=0.1, numeric=2.5, bool=true,"
                + " timestamp=2024-05-01 12:30:00.123456+00:00, date=2024-05-01,"
                + " time=12:30:00.123456, datetime=2024-05-01T12:30:00, nested=Nested[unit=m],"
                + " repeated=[3, 4], missing=null]");
  }

  @Test
  void required_C5_9_bigquery_rows_may_be_objects() throws Exception {
    ServedHandler served = ready(new PerInstance<>(Nested.class, Nested::unit));
    assertThat(served.predict(envelope("{\"unit\": \"m\"}, {}")).predictions())
        .hasToString("[\"m\",null]");
  }

  @TestFactory
  Stream<DynamicTest> required_C5_7_records_and_files_are_bytes_padded_or_not() throws Exception {
    ServedHandler served =
        ready(new PerInstance<>(byte[].class, BatchPredictionContract::checksum));
    return Stream.of(Base64.getEncoder(), Base64.getEncoder().withoutPadding())
        .map(
            encoder ->
                dynamicTest(encoder.encodeToString(new byte[1]), () -> bytes(served, encoder)));
  }

  /** Sends 64 files of all lengths from 0 on. */
  private static void bytes(ServedHandler served, Base64.Encoder encoder) throws Exception {
    List<byte[]> files = files(INSTANCES_PER_REQUEST, length -> length);
    assertThat(served.predict(envelope(ofBytes(files, encoder))).predictions())
        .isEqualTo(
            JSON.valueToTree(files.stream().map(BatchPredictionContract::checksum).toList()));
  }

  @Test
  void required_C5_4_body_of_64_images_is_taken_where_the_cap_is_raised() throws Exception {
    PerInstance<byte[], String> checksums =
        new PerInstance<>(byte[].class, BatchPredictionContract::checksum);
    List<byte[]> files = files(INSTANCES_PER_REQUEST, file -> 150_000 + file);
    String envelope = envelope(ofBytes(files, Base64.getEncoder()));
    ServedHandler served =
        ready(PredictionHandler.builder(checksums).maxBodyBytes(32 * 1024 * 1024));
    assertThat(served.predict(envelope).predictions())
        .isEqualTo(
            JSON.valueToTree(files.stream().map(BatchPredictionContract::checksum).toList()));
  }

  @Test
  void required_C5_2_parameters_that_are_missing_leave_the_predictors_own() throws Exception {
    ServedHandler served =
        ready(
            new EchoProvider() {
              @Override
              List<JsonNode> predict(List<JsonNode> instances, Parameters parameters) {
                JsonNode top = IntNode.valueOf(parameters.integer("top", 5));
                return instances.stream().map(instance -> top).toList();
              }
            });
    assertThat(served.predict("{\"instances\": [[0]]}").predictions()).hasToString("[5]");
    assertThat(served.predict("{\"instances\":[[0]],\"parameters\":{\"top\":3}}").predictions())
        .hasToString("[3]");
  }

  @Test
  void required_C5_21_request_with_a_bad_row_fails_alone_however_often_it_is_sent()
      throws Exception {
    ServedHandler served = ready(new PerInstance<>(CsvRow.class, CsvRow::accepted));
    String good = rows(0, INSTANCES_PER_REQUEST, row -> "[\"a\", " + row + ", 0.5]");
    String bad = good.replace("[\"a\", 40, ", "[\"a\", -1, ");
    List<CompletableFuture<Answer>> goods = new ArrayList<>();
    List<CompletableFuture<Answer>> bads = new ArrayList<>();
    for (int tries = 0; tries < 3; tries++) {
      goods.add(served.predictLater(envelope(good)));
      bads.add(served.predictLater(envelope(bad)));
    }
    for (int tries = 0; tries < 3; tries++) {
      assertThat(ServedHandler.await(goods.get(tries)).predictions())
          .hasSize(INSTANCES_PER_REQUEST);
      assertThat(ServedHandler.await(bads.get(tries)).error(400))
          .isEqualTo("a count must not be negative at $.instances[40]");
    }
  }

  private static String envelope(String instances) {
    return "{\"instances\": [" + instances + "]}";
  }

  private static String rows(int from, int to, Function<Integer, String> instance) {
    return IntStream.range(from, to).boxed().map(instance).collect(Collectors.joining(","));
  }

  private static List<byte[]> files(int count, Function<Integer, Integer> length) {
    Random random = new Random(5);
    List<byte[]> files = new ArrayList<>();
    for (int file = 0; file < count; file++) {
      byte[] bytes = new byte[length.apply(file)];
      random.nextBytes(bytes);
      files.add(bytes);
    }
    return files;
  }

  private static String ofBytes(List<byte[]> files, Base64.Encoder encoder) {
    return files.stream()
        .map(file -> "{\"b64\": \"" + encoder.encodeToString(file) + "\"}")
        .collect(Collectors.joining(","));
  }

  private static String checksum(byte[] bytes) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    return Long.toHexString(checksum.getValue());
  }

  private static double sum(Tensor tensor) {
    double sum = 0;
    for (float number : tensor.toFloats()) {
      sum += number;
    }
    return sum;
  }

  /** A row whose cells stand in the order of the columns. */
  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  record CsvRow(String name, int count, double weight) {
    boolean accepted() {
      if (count < 0) {
        throw new InvalidInputException("a count must not be negative");
      }
      return true;
    }
  }

  record Nested(@Nullable String unit) {}

  /** A row of every type that BigQuery has. */
  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  record BigQueryRow(
      String text,
      long integer,
      double real,
      double numeric,
      boolean bool,
      String timestamp,
      String date,
      String time,
      String datetime,
      Nested nested,
      List<Integer> repeated,
      @Nullable String missing) {}

  /** Predicts each instance by a function; where that refuses one, says which. */
  private static final class PerInstance<I, P> implements PredictorProvider<I, P> {
    private final InstanceReader<I> reader;
    private final Function<I, P> function;

    PerInstance(Class<I> type, Function<I, P> function) {
      this(InstanceReader.of(type), function);
    }

    PerInstance(InstanceReader<I> reader, Function<I, P> function) {
      this.reader = reader;
      this.function = function;
    }

    @Override
    public LoadedModel<I, P> load(DeployedModel model, LoadProgress progress) {
      return LoadedModel.builder(reader, worker -> this::predict).build();
    }

    private List<P> predict(List<I> instances, Parameters parameters) {
      List<P> predictions = new ArrayList<>();
      for (I instance : instances) {
        try {
          predictions.add(function.apply(instance));
        } catch (InvalidInputException e) {
          throw InvalidInputException.at(predictions.size(), String.valueOf(e.getMessage()));
        }
      }
      return predictions;
    }
  }
}
