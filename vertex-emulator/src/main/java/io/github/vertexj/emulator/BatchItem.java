package io.github.vertexj.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * One input of a batch run.
 *
 * @param instance what the container gets
 * @param shown what the result shows as the instance: for a file its name (C5.19)
 * @param key what the result shows instead of the instance, or null (C5.13)
 */
record BatchItem(JsonNode instance, JsonNode shown, @Nullable JsonNode key) {

  /** Returns the line of the result. */
  ObjectNode result(JsonNode prediction) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.set(key == null ? "instance" : "key", key == null ? shown : key);
    line.set("prediction", prediction);
    return line;
  }
}
