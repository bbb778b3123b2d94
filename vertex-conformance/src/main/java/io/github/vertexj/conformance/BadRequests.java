package io.github.vertexj.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Requests that a server cannot predict, of every kind; most carry the {@link Echo}'s marks. */
final class BadRequests {
  private static final int DEPTH = 100_000;
  private static final JsonNode MARK = JsonNodeFactory.instance.textNode(Echo.MARK);
  private static final JsonNode NUMBER =
      JsonNodeFactory.instance.numberNode(Long.parseLong(Echo.NUMBER));

  private BadRequests() {}

  /** Bodies that are no envelope. */
  static List<String> noEnvelopes() {
    return List.of(
        "",
        Echo.MARK,
        "{\"instances\": [\"" + Echo.MARK,
        "{\"instances\": [1]} " + Echo.MARK,
        "[\"" + Echo.MARK + "\"]",
        "\"" + Echo.MARK + "\"",
        "{}",
        "{\"instances\": null}",
        "{\"instances\": {\"" + Echo.MARK + "\": 1}}",
        "{\"instances\": \"" + Echo.MARK + "\"}");
  }

  /** An envelope whose one instance is nested deeper than a parser's stack. */
  static String deep() {
    return "{\"instances\": [" + "[".repeat(DEPTH) + "]".repeat(DEPTH) + "]}";
  }

  /** A body of another media type. */
  static Request image(String path) {
    byte[] bytes = ("\u0089PNG\r\n\u001a\n" + Echo.MARK).getBytes(StandardCharsets.ISO_8859_1);
    return Request.post(path, bytes, "Content-Type: image/png");
  }

  /** An instance that hardly a model takes. */
  static JsonNode strangeInstance() {
    ObjectNode strange = JsonNodeFactory.instance.objectNode();
    strange.putArray(Echo.MARK).addNull().addArray().addArray();
    return strange;
  }

  /** Envelopes of instances that are almost like a good one, and of strange ones. */
  static List<String> wrongInstances(Instances good) {
    List<JsonNode> wrong = new ArrayList<>(List.of(MARK, strangeInstance()));
    wrong.add(JsonNodeFactory.instance.arrayNode().add(MARK).add(NUMBER));
    if (!good.instances().isEmpty()) {
      JsonNode first = good.first();
      Stream.of(MARK, NUMBER, strangeInstance())
          .map(leaf -> replaced(first, leaf))
          .forEach(wrong::add);
    }
    return wrong.stream().map(instance -> "{\"instances\": [" + instance + "]}").toList();
  }

  /** The same value with every number, text and so on in it replaced. */
  private static JsonNode replaced(JsonNode value, JsonNode leaf) {
    if (value.isArray()) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      value.forEach(element -> array.add(replaced(element, leaf)));
      return array;
    }
    if (value.isObject()) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      value
          .properties()
          .forEach(member -> object.set(member.getKey(), replaced(member.getValue(), leaf)));
      return object;
    }
    return leaf;
  }

  /** Good instances beside something else that is marked. */
  static List<String> strangeCompany(Instances good) {
    if (good.instances().isEmpty()) {
      return List.of();
    }
    ObjectNode parameters = good.envelopeOfOne().set("parameters", MARK);
    ObjectNode listed = good.envelopeOfOne();
    listed.putArray("parameters").add(MARK).add(NUMBER);
    return List.of(parameters.toString(), listed.toString());
  }
}
