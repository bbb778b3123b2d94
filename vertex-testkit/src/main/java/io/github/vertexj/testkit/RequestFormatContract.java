package io.github.vertexj.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.RawReply;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Requests that name a format of their own (C4.22 to C4.26). */
abstract class RequestFormatContract extends ServerContract {

  RequestFormatContract(AdapterContract adapter) {
    super(adapter);
  }

  private static PredictorProvider<JsonNode, JsonNode> shouting() {
    return new EchoProvider()
        .with(
            handlers ->
                handlers.onFormat(
                    "shout",
                    (request, predictor) -> {
                      JsonNode json = request.json();
                      if (!json.path("text").isTextual()) {
                        throw new InvalidInputException("text is wanted, at $.text");
                      }
                      JsonNode said = predictor.predict(json.get("text"));
                      String stream = json.has("stream") ? " streamed" : "";
                      return RawReply.json(
                          said.textValue().toUpperCase(java.util.Locale.ROOT) + stream);
                    }));
  }

  @Test
  void required_C4_23_a_request_format_has_a_handler() throws Exception {
    RawConnection connection = connect(ready(shouting()));
    String shout = "{\"text\": \"hey\", \"stream\": true, \"@requestFormat\": \"shout\"}";
    assertThat(connection.send(Wire.post("/predict", shout)).answer().expect(200).json())
        .hasToString("\"HEY streamed\"");
    String mention = "{\"instances\": [\"@requestFormat\"]}";
    assertThat(connection.send(Wire.post("/predict", mention)).answer().predictions())
        .hasToString("[\"@requestFormat\"]");
    String bad = "{\"@requestFormat\": \"shout\"}";
    assertThat(connection.send(Wire.post("/predict", bad)).answer().error(400)).contains("$.text");
  }

  @Test
  void required_C4_24_instances_may_name_request_formats() throws Exception {
    RawConnection connection = connect(ready(shouting()));
    List<String> instances =
        IntStream.range(0, 64)
            .mapToObj(
                i ->
                    "{\"@requestFormat\": \"shout\", \"stream\": true, \"text\": \"t%d\"}"
                        .formatted(i))
            .toList();
    String envelope = "{\"parameters\": null, \"instances\": " + instances + "}";
    JsonNode predictions = connection.send(Wire.post("/predict", envelope)).answer().predictions();
    assertThat(predictions).hasSize(64);
    assertThat(predictions.get(63)).hasToString("\"T63\"");
    String half = "{\"instances\": [" + instances.get(0) + ", {\"text\": \"x\"}]}";
    assertThat(connection.send(Wire.post("/predict", half)).answer().error(400))
        .contains("$.instances[1].@requestFormat");
    String bad = "{\"instances\": [" + instances.get(0) + ", {\"@requestFormat\": \"shout\"}]}";
    assertThat(connection.send(Wire.post("/predict", bad)).answer().error(400))
        .contains("$.text", "$.instances[1]");
  }

  @Test
  void required_C4_26_an_unknown_request_format_is_400_that_lists_the_known() throws Exception {
    RawConnection some = connect(ready(shouting()));
    for (String name : List.of("\"" + Wire.MARKER + "\"", "null", "7", "{}")) {
      String body = "{\"@requestFormat\": " + name + ", \"messages\": []}";
      assertThat(some.send(Wire.post("/predict", body)).answer().error(400)).contains("[shout]");
    }
    RawConnection none = connect(ready(new EchoProvider()));
    String body = "{\"@requestFormat\": \"chatCompletions\", \"messages\": []}";
    assertThat(none.send(Wire.post("/predict", body)).answer().error(400))
        .contains("no request format");
  }
}
