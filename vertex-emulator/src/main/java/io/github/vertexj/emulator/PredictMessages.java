package io.github.vertexj.emulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an endpoint does to the JSON of {@code :predict}.
 *
 * <p>A shared endpoint reads it into protocol messages and writes it again: numbers become doubles
 * (C3.8), the order of an object's keys is lost (C3.9; here they come back to front, so that who
 * depends on it finds out), unknown fields of the request are refused (C3.5) and those of the reply
 * dropped (C3.17). A dedicated endpoint only adds fields to the reply (C3.15). Thread-safe.
 */
final class PredictMessages {
  private static final Set<String> REQUEST_FIELDS = Set.of("instances", "parameters", "labels");
  private static final String INVALID = "Invalid JSON payload received. ";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private PredictMessages() {}

  /**
   * Returns a shared endpoint's request as its container gets it.
   *
   * @throws RefusedException if it is no {@code PredictRequest}
   */
  static byte[] sharedRequest(byte[] body) {
    ObjectNode request =
        object(body).orElseThrow(() -> refused(INVALID + "The body must be a JSON object."));
    request.fieldNames().forEachRemaining(PredictMessages::checkField);
    JsonNode instances = request.path("instances");
    if (!instances.isArray() && !instances.isMissingNode()) {
      throw refused(INVALID + "The field \"instances\" must be an array.");
    }
    ObjectNode message = JsonNodeFactory.instance.objectNode();
    try {
      message.set("instances", instances.isArray() ? asStruct(instances) : emptyArray());
      if (request.has("parameters")) {
        message.set("parameters", asStruct(request.path("parameters")));
      }
    } catch (ArithmeticException e) {
      throw refused(INVALID + "At \"instances\" or \"parameters\", " + e.getMessage() + ".");
    }
    return bytes(message);
  }

  private static void checkField(String name) {
    if (!REQUEST_FIELDS.contains(name)) {
      throw refused(INVALID + "Unknown name \"" + name + "\": Cannot find field.");
    }
  }

  private static RefusedException refused(String message) {
    return new RefusedException(PlatformErrors.invalidArgument(message));
  }

  /** Returns a container's 200 as the caller of a shared endpoint gets it. */
  static PlatformReply sharedReply(byte[] body, Map<String, String> added) {
    JsonNode reply = object(body).map(JsonNode.class::cast).orElseGet(MAPPER::missingNode);
    if (!reply.path("predictions").isArray()) {
      return PlatformErrors.internal(
          "Invalid response from prediction server - the response field predictions is missing."
              + " Response: "
              + new String(body, StandardCharsets.UTF_8));
    }
    ObjectNode message = JsonNodeFactory.instance.objectNode();
    try {
      message.set("predictions", asStruct(reply.path("predictions")));
      if (reply.has("metadata")) {
        message.set("metadata", asStruct(reply.path("metadata")));
      }
    } catch (ArithmeticException e) {
      return PlatformErrors.internal("Invalid response from prediction server: " + e.getMessage());
    }
    added.forEach(message::put);
    return PlatformReply.json(200, bytes(message));
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
        object(body).orElseThrow(() -> refused(INVALID + "The body must be a JSON object."));
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

  /** Returns a value as it comes out of a protocol message's {@code Struct}. */
  private static JsonNode asStruct(JsonNode value) {
    if (value.isNumber()) {
      double number = value.doubleValue();
      if (Double.isInfinite(number)) {
        throw new ArithmeticException("a number is outside the range of a double");
      }
      return DoubleNode.valueOf(number);
    } else if (value.isArray()) {
      ArrayNode array = emptyArray();
      value.forEach(element -> array.add(asStruct(element)));
      return array;
    } else if (value.isObject()) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      List<Map.Entry<String, JsonNode>> fields = new ArrayList<>(value.properties());
      fields.sort(Map.Entry.comparingByKey(Comparator.reverseOrder()));
      fields.forEach(field -> object.set(field.getKey(), asStruct(field.getValue())));
      return object;
    }
    return value;
  }

  private static ArrayNode emptyArray() {
    return JsonNodeFactory.instance.arrayNode();
  }

  private static byte[] bytes(JsonNode json) {
    try {
      return MAPPER.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree that was read can be written", e);
    }
  }
}
