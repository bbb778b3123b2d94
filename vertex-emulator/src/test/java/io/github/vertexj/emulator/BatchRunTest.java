package io.github.vertexj.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchRunTest extends PlatformTest {
  private static final Instant NOW = Instant.parse("2026-11-22T01:02:03.004Z");

  @TempDir Path folder;
  private DeployedReplicas replicas;

  @BeforeEach
  void deploy() {
    container.answer = BatchRunTest::echo;
    replicas = platform.newEndpoint(EndpointProfile.DEDICATED).deploy(container.model().build());
    platform.advance(Duration.ZERO);
  }

  private static void echo(HttpExchange exchange, TestContainer.Asked asked) throws IOException {
    ObjectNode reply = JSON.createObjectNode();
    reply.set("predictions", JSON.readTree(asked.body()).path("instances"));
    TestContainer.reply(exchange, 200, "application/json", reply.toString());
  }

  private BatchRun.Result run(String format, InstanceFields fields, String... lines)
      throws Exception {
    Path file = Files.write(folder.resolve("input"), List.of(lines));
    return run(new BatchRun(64, null), BatchInput.of(format, file, fields));
  }

  private BatchRun.Result run(BatchRun run, BatchInput input) throws Exception {
    return run.run(BatchTarget.of(replicas), input, folder, NOW);
  }

  private List<String> results() throws IOException {
    return lines("prediction.results-00000-of-00001");
  }

  private List<String> errors() throws IOException {
    return lines("prediction.errors_stats-00000-of-00001");
  }

  private List<String> lines(String name) throws IOException {
    return Files.readAllLines(
        folder.resolve("prediction-digits-2026_11_22T01_02_03_004Z").resolve(name));
  }

  private List<String> instances() throws IOException {
    List<String> all = new ArrayList<>();
    for (TestContainer.Asked asked : container.asked) {
      all.add(JSON.readTree(asked.body()).path("instances").toString());
    }
    return all;
  }

  @Test
  void C5_3_requests_haveSixtyFourInstances_theLastOneLess() throws Exception {
    String[] lines = IntStream.range(0, 150).mapToObj(Integer::toString).toArray(String[]::new);
    BatchRun.Result result = run("jsonl", InstanceFields.ALL, lines);
    assertThat(result.successful()).isEqualTo(150);
    assertThat(container.asked)
        .extracting(asked -> JSON.readTree(asked.body()).path("instances").size())
        .containsExactly(64, 64, 22);
    assertThat(results()).hasSize(150).contains("{\"instance\":149,\"prediction\":149}");
    assertThat(errors()).isEmpty();
  }

  @Test
  void C5_1_C5_2_envelope_hasParametersOnlyIfTheyAreSet() throws Exception {
    run("jsonl", InstanceFields.ALL, "{\"a\": 1}");
    Path file = Files.writeString(folder.resolve("more"), "2");
    JsonNode parameters = JSON.readTree("{\"k\":3}");
    run(new BatchRun(1, parameters), BatchInput.of("jsonl", file, InstanceFields.ALL));
    assertThat(container.asked)
        .extracting(TestContainer.Asked::body)
        .containsExactly(
            "{\"instances\":[{\"a\":1}]}", "{\"instances\":[2],\"parameters\":{\"k\":3}}");
  }

  @Test
  void C5_22_errorInAPredictionsPlace_isAnOrdinaryResult() throws Exception {
    container.answer =
        (exchange, asked) ->
            TestContainer.reply(
                exchange,
                200,
                "application/json",
                "{\"predictions\":[4,{\"error\":\"a number is wanted\"}]}");
    assertThat(run("jsonl", InstanceFields.ALL, "2", "\"x\"").successful()).isEqualTo(2);
    assertThat(results())
        .containsExactlyInAnyOrder(
            "{\"instance\":2,\"prediction\":4}",
            "{\"instance\":\"x\",\"prediction\":{\"error\":\"a number is wanted\"}}");
    assertThat(errors()).isEmpty();
  }

  @Test
  void C5_6_csv_rowsAreArrays_quotedCellsStrings() throws Exception {
    run("csv", InstanceFields.ALL, "name,\"size\"", "\"a, \"\"b\"\"\",2", "\"\",-1.5e3");
    assertThat(instances()).containsExactly("[[\"a, \\\"b\\\"\",2.0],[\"\",-1500.0]]");
  }

  @Test
  void C5_6_csv_thatIsNone_namesTheRow() {
    assertThatThrownBy(() -> run("csv", InstanceFields.ALL, "a,b", "1,x"))
        .hasMessageContaining("row 2");
    assertThatThrownBy(() -> run("csv", InstanceFields.ALL, "a,b", "1,2", "1"))
        .hasMessageContaining("row 3 has 1 cells");
    assertThatThrownBy(() -> run("csv", InstanceFields.ALL, "a", "\"x\"y"))
        .hasMessageContaining("row 2");
  }

  @Test
  void C5_8_fileList_sendsBytes_andTheResultNamesTheFile() throws Exception {
    Files.write(folder.resolve("one.bin"), new byte[] {1, 2, 3});
    run("file-list", InstanceFields.ALL, "one.bin");
    assertThat(instances()).containsExactly("[{\"b64\":\"AQID\"}]");
    assertThat(results())
        .containsExactly("{\"instance\":\"one.bin\",\"prediction\":{\"b64\":\"AQID\"}}");
  }

  @Test
  void C5_7_tfRecord_sendsBytes() throws Exception {
    ByteBuffer record = ByteBuffer.allocate(38).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(3).putInt(0).put(new byte[] {1, 2, 3}).putInt(0);
    record.putLong(3).putInt(0).put(new byte[] {4, 5, 6}).putInt(0);
    Path file = Files.write(folder.resolve("records"), record.array());
    run(new BatchRun(64, null), BatchInput.of("tf-record", file, InstanceFields.ALL));
    assertThat(instances()).containsExactly("[{\"b64\":\"AQID\"},{\"b64\":\"BAUG\"}]");
  }

  @Test
  void C5_13_keyField_isNoPartOfTheInstance() throws Exception {
    InstanceFields fields = new InstanceFields("id", List.of(), List.of(), false);
    run("jsonl", fields, "{\"id\":\"x7\",\"a\":1}");
    assertThat(instances()).containsExactly("[{\"a\":1}]");
    assertThat(results()).containsExactly("{\"key\":\"x7\",\"prediction\":{\"a\":1}}");
  }

  @Test
  void C5_12_excludedFields_areShownInTheResult() throws Exception {
    InstanceFields fields = new InstanceFields(null, List.of(), List.of("note"), false);
    run("jsonl", fields, "{\"a\":1,\"note\":2}");
    assertThat(instances()).containsExactly("[{\"a\":1}]");
    assertThat(results())
        .containsExactly("{\"instance\":{\"a\":1,\"note\":2},\"prediction\":{\"a\":1}}");
  }

  @Test
  void C5_11_array_hasTheOrderOfTheIncludedFields() throws Exception {
    InstanceFields fields = new InstanceFields(null, List.of("b", "a"), List.of(), true);
    run("jsonl", fields, "{\"a\":1,\"b\":2,\"c\":3}");
    assertThat(instances()).containsExactly("[[2,1]]");
    assertThatThrownBy(() -> new InstanceFields(null, List.of(), List.of(), true))
        .hasMessageContaining("included");
    assertThatThrownBy(() -> new InstanceFields(null, List.of("a"), List.of("b"), false))
        .hasMessageContaining("either");
  }

  @Test
  void C5_16_serverError_isTriedFourTimes_thenTheWholeRequestFails() throws Exception {
    container.answer = TestContainer.json(504, "upstream request timeout");
    BatchRun.Result result = run("jsonl", InstanceFields.ALL, "1", "2");
    assertThat(container.asked).hasSize(4);
    assertThat(result.failed()).isEqualTo(2);
    assertThat(results()).isEmpty();
    assertThat(errors())
        .containsExactly(
            "('Post request fails. Cannot get predictions. Error: Exceeded retries: Non-OK result"
                + " 504 (upstream request timeout), retry=3', 2)");
  }

  @Test
  void C5_16_passingServerError_isNotSeen() throws Exception {
    container.answer =
        (exchange, asked) -> {
          container.answer = BatchRunTest::echo;
          TestContainer.reply(exchange, 503, "text/plain", "busy");
        };
    assertThat(run("jsonl", InstanceFields.ALL, "1").successful()).isEqualTo(1);
    assertThat(container.asked).hasSize(2);
  }

  @Test
  void C5_18_badRequest_isNotTriedAgain_andItsBodyIsTold() throws Exception {
    container.answer = TestContainer.json(422, "parameters are missing");
    assertThat(run("jsonl", InstanceFields.ALL, "1").failed()).isEqualTo(1);
    assertThat(container.asked).hasSize(1);
    assertThat(errors()).singleElement().asString().contains("422 (parameters are missing)");
  }

  @Test
  void C5_23_wrongNumberOfPredictions_failsTheRequest() throws Exception {
    container.answer = TestContainer.json(200, "{\"predictions\":[1]}");
    assertThat(run("jsonl", InstanceFields.ALL, "1", "2").failed()).isEqualTo(2);
  }

  @Test
  void C5_15_shards_areTheReplicas_butACsvFileIsOne() throws Exception {
    try (TestContainer second = new TestContainer()) {
      second.answer = BatchRunTest::echo;
      replicas =
          platform
              .newEndpoint(EndpointProfile.DEDICATED)
              .deploy(
                  UploadedModel.servers(container.uri(), second.uri())
                      .healthRoute("/health")
                      .predictRoute("/predict")
                      .name("digits", "1")
                      .build());
      platform.advance(Duration.ZERO);
      Path file = Files.writeString(folder.resolve("two"), "1\n2\n3\n");
      run(new BatchRun(1, null), BatchInput.of("jsonl", file, InstanceFields.ALL));
      assertThat(lines("prediction.results-00000-of-00002")).hasSize(2);
      assertThat(lines("prediction.results-00001-of-00002")).hasSize(1);
      run("csv", InstanceFields.ALL, "a", "1", "2");
      assertThat(results()).hasSize(2);
    }
  }
}
