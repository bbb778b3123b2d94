package io.github.vertexj.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came back for a request.
 *
 * @param headers the first value of each header, by its name in lower case
 * @param body the body as text
 * @param bodyBytes the number of bytes that the body came as
 */
record Answer(int status, Map<String, String> headers, String body, int bodyBytes) {
  private static final ObjectReader STRICT =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .reader();

  private static final int LONGEST_SENTENCE = 400;

  /** A header's value by its name in lower case; null if absent. */
  @Nullable String header(String name) {
    return headers.get(name);
  }

  /** Asserts the status. */
  Answer expect(int expected) {
    assertThat(status).as("the status of: %s", this).isEqualTo(expected);
    return this;
  }

  /** The body as exactly one JSON value in strict JSON, with the headers that say so. */
  JsonNode json() {
    assertThat(headers).as("headers of: %s", this).containsKeys("content-type", "content-length");
    assertThat(headers.get("content-type")).matches("application/json(; ?charset=[uU][tT][fF]-8)?");
    assertThat(headers.get("content-length")).isEqualTo(Integer.toString(bodyBytes));
    try {
      return STRICT.readTree(body);
    } catch (JsonProcessingException e) {
      throw new AssertionError("the body is not one value in strict JSON: " + this, e);
    }
  }

  /** The predictions of a reply with status 200. */
  JsonNode predictions() {
    JsonNode predictions = expect(200).json().path("predictions");
    assertThat(predictions.isArray()).as("predictions is an array in: %s", this).isTrue();
    return predictions;
  }

  /** The text of an error, after asserting all that every error has to be (C3.29, C3.40). */
  String error(int expectedStatus) {
    JsonNode json = expect(expectedStatus).json();
    assertThat(json.isObject()).as("an object: %s", this).isTrue();
    assertThat(json.path("error").isTextual()).as("a textual member error: %s", this).isTrue();
    assertThat(json.has("predictions")).as("no predictions beside an error: %s", this).isFalse();
    String text = json.path("error").textValue();
    assertThat(text).isNotBlank().hasSizeLessThan(LONGEST_SENTENCE);
    assertThat(body)
        .as("one sentence without a stack trace, a class name or the client's own bytes")
        .doesNotContain("\\n", "\\tat ", "Exception", "Error:", "java.", "vertexj", "jackson")
        .doesNotContain(Wire.MARKER);
    return text;
  }

  @Override
  public String toString() {
    String start = body.length() <= LONGEST_SENTENCE ? body : body.substring(0, LONGEST_SENTENCE);
    return status + " " + headers + " " + start;
  }
}
