package io.github.vertexj.emulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.vertexj.emulator.ProtocolJson.NoMessageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an endpoint does to the JSON of {@code :predict}.
 *
 * <p>A shared endpoint reads it into the message {@code PredictRequest} and writes it again, as
 * {@link ProtocolJson} says: unknown fields of the request are refused (C3.5) and those of the
 * reply dropped (C3.17). A dedicated endpoint only adds fields to the reply (C3.15). Thread-safe.
 */
final class PredictMessages {
  private static final Set<String> REQUEST_FIELDS =
      Set.of("endpoint", "instances", "parameters", "labels");
  // How much of a value that is refused its error shows.
  private static final int SHOWN = 100;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private PredictMessages() {}

  /**
   * Reads the JSON of a request by HTTP.
   *
   * @throws RefusedException if it is no {@code PredictRequest}
   */
  static ObjectNode request(byte[] body) {
    try {
      ObjectNode request = ProtocolJson.object(body);
      List<String> violations = new ArrayList<>();
      request.properties().forEach(field -> check(field.getKey(), field.getValue(), violations));
      if (!violations.isEmpty()) {
        throw new RefusedException(PlatformErrors.invalidPayload(violations));
      }
      return request;
    } catch (NoMessageException e) {
      throw refused(e);
    }
  }

  /** A field that is null is one that is missing, but for {@code parameters}: null is a value. */
  private static void check(String name, JsonNode value, List<String> violations) {
    if (!REQUEST_FIELDS.contains(name)) {
      violations.add("Unknown name \"" + name + "\": Cannot find field.");
    } else if (name.equals("instances") && !value.isArray() && !value.isNull()) {
      violations.add("Invalid value at 'instances': expected an array.");
    } else if (name.equals("endpoint") && !value.isTextual() && !value.isNull()) {
      violations.add("Invalid value at 'endpoint' (TYPE_STRING), " + shown(value));
    } else if (name.equals("labels")) {
      checkLabels(value, violations);
    }
  }

  private static void checkLabels(JsonNode labels, List<String> violations) {
    if (!labels.isObject() && !labels.isNull()) {
      violations.add("Invalid value at 'labels' (Map), " + shown(labels));
    }
    int entry = 0;
    for (Map.Entry<String, JsonNode> label : labels.properties()) {
      if (!label.getValue().isTextual()) {
        violations.add(
            "Invalid value at 'labels[%d].value' (TYPE_STRING), %s"
                .formatted(entry, shown(label.getValue())));
      }
      entry++;
    }
  }

  private static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }

  /**
   * Returns a {@code PredictRequest} as the container gets it.
   *
   * @throws RefusedException if a value cannot be in a message
   */
  static byte[] envelope(JsonNode request) {
    ObjectNode envelope = JsonNodeFactory.instance.objectNode();
    try {
      JsonNode instances = request.path("instances");
      envelope.set(
          "instances",
          ProtocolJson.struct(
              "instances", instances.isArray() ? instances : JsonNodeFactory.instance.arrayNode()));
      if (request.has("parameters")) {
        envelope.set("parameters", ProtocolJson.struct("parameters", request.path("parameters")));
      }
    } catch (NoMessageException e) {
      throw refused(e);
    }
    return ProtocolJson.bytes(envelope);
  }

  private static RefusedException refused(NoMessageException e) {
    return new RefusedException(PlatformErrors.invalidPayload(List.of(e.sentence())));
  }

  /**
   * Returns a container's 200 as a {@code PredictResponse}.
   *
   * @throws RefusedException if it is none (C3.34)
   */
  static ObjectNode response(byte[] body, Map<String, String> added) {
    ObjectNode response = JsonNodeFactory.instance.objectNode();
    try {
      ObjectNode reply = ProtocolJson.object(body);
      if (!reply.path("predictions").isArray()) {
        throw withoutPredictions(body);
      }
      response.set("predictions", ProtocolJson.struct("predictions", reply.path("predictions")));
      if (reply.has("metadata")) {
        response.set("metadata", ProtocolJson.struct("metadata", reply.path("metadata")));
      }
    } catch (NoMessageException e) {
      throw withoutPredictions(body);
    }
    added.forEach(response::put);
    return response;
  }

  private static RefusedException withoutPredictions(byte[] body) {
    return new RefusedException(
        PlatformErrors.internal(
            "Invalid response from prediction server - the response field predictions is missing."
                + " Response: "
                + new String(body, StandardCharsets.UTF_8)));
  }

  /** Returns a container's 200 as the caller of a dedicated endpoint gets it: with added fields. */
  static byte[] dedicatedReply(byte[] body, Map<String, String> added) {
    return object(body)
        .map(
            reply -> {
              added.forEach(reply::put);
              return bytes(reply);
            })
        .orElse(body);
  }

  /** Returns a chat completion's body as the container gets it, marked as one (C4.23). */
  static byte[] chatRequest(byte[] body) {
    ObjectNode request =
        object(body)
            .orElseThrow(
                () ->
                    new RefusedException(
                        PlatformErrors.invalidPayload(List.of("The body must be a JSON object."))));
    return bytes(request.put("@requestFormat", "chatCompletions"));
  }

  private static Optional<ObjectNode> object(byte[] body) {
    try {
      return MAPPER.readTree(body) instanceof ObjectNode object
          ? Optional.of(object)
          : Optional.empty();
    } catch (IOException notJson) {
      return Optional.empty();
    }
  }

  private static byte[] bytes(JsonNode json) {
    try {
      return MAPPER.writeValueAsBytes(json);
    } catch (JsonProcessingException halfACharacter) {
      return escaped(json);
    }
  }

  private static byte[] escaped(JsonNode json) {
    try {
      return MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII).writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree that was read can be written", e);
    }
  }
}
