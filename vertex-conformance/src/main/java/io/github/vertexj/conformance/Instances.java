package io.github.vertexj.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Instances that the server is said to predict, and envelopes made of them.
 *
 * @param parameters what goes with them; null for none
 */
record Instances(List<JsonNode> instances, @Nullable JsonNode parameters) {

  static Instances none() {
    return new Instances(List.of(), null);
  }

  /** Reads an envelope, an array of instances, or an instance per line. */
  static Instances read(String text) throws UsageException {
    Optional<JsonNode> whole = Json.strict(text.getBytes(StandardCharsets.UTF_8));
    return whole.isPresent() ? readWhole(whole.get()) : readLines(text);
  }

  private static Instances readWhole(JsonNode value) {
    if (value.isObject() && value.path("instances").isArray()) {
      return new Instances(elements(value.path("instances")), value.get("parameters"));
    }
    return new Instances(value.isArray() ? elements(value) : List.of(value), null);
  }

  private static Instances readLines(String text) throws UsageException {
    List<JsonNode> instances = new ArrayList<>();
    for (String line : text.lines().filter(line -> !line.isBlank()).toList()) {
      instances.add(
          Json.strict(line.getBytes(StandardCharsets.UTF_8))
              .orElseThrow(
                  () ->
                      new UsageException(
                          "--instances wants an envelope, an array, or JSON lines")));
    }
    return new Instances(instances, null);
  }

  private static List<JsonNode> elements(JsonNode array) {
    List<JsonNode> elements = new ArrayList<>();
    array.forEach(elements::add);
    return elements;
  }

  /** These and one more. */
  Instances and(JsonNode instance) {
    List<JsonNode> all = new ArrayList<>(instances);
    all.add(instance);
    return new Instances(all, parameters);
  }

  JsonNode first() {
    return instances.get(0);
  }

  /** The envelope of the first instance. */
  String one() {
    return envelopeOfOne().toString();
  }

  /** The envelope of so many instances, these again and again. */
  String many(int count) {
    ArrayNode all = Json.MAPPER.createArrayNode();
    for (int i = 0; i < count; i++) {
      all.add(instances.get(i % instances.size()));
    }
    return envelope(all).toString();
  }

  /** The envelope of an instance in place of the given ones. */
  String of(JsonNode instance) {
    return new Instances(List.of(instance), parameters).one();
  }

  /** The envelope of the first instance, without parameters. */
  ObjectNode bare() {
    ObjectNode envelope = Json.MAPPER.createObjectNode();
    envelope.putArray("instances").add(first());
    return envelope;
  }

  ObjectNode envelopeOfOne() {
    return envelope(Json.MAPPER.createArrayNode().add(first()));
  }

  private ObjectNode envelope(ArrayNode all) {
    ObjectNode envelope = Json.MAPPER.createObjectNode();
    envelope.set("instances", all);
    if (parameters != null) {
      envelope.set("parameters", parameters);
    }
    return envelope;
  }
}
