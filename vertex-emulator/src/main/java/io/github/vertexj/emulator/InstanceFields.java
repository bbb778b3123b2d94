package io.github.vertexj.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which fields of an input become the instance, and how (C5.11–C5.13).
 *
 * <p>Immutable.
 *
 * @param keyField a field that is no part of the instance and stands in the result for it, or null
 * @param included the fields of the instance, in this order; empty for all
 * @param excluded or the fields that are left out
 * @param array whether the instance is the array of the values, else the object
 */
record InstanceFields(
    @Nullable String keyField, List<String> included, List<String> excluded, boolean array) {
  static final InstanceFields ALL = new InstanceFields(null, List.of(), List.of(), false);

  /** Refuses what the API refuses. */
  InstanceFields {
    if (!included.isEmpty() && !excluded.isEmpty()) {
      throw new IllegalArgumentException(
          "fields are either included or excluded, not both (C5.12)");
    }
    if (array && included.isEmpty()) {
      throw new IllegalArgumentException(
          "an array of an object's values needs the included fields, whose order it has (C5.11)");
    }
  }

  /** Returns what a line becomes: an object as these fields say, anything else as it is. */
  BatchItem item(JsonNode line) {
    if (!(line instanceof ObjectNode object)) {
      return new BatchItem(line, line, null);
    }
    ObjectNode chosen = object.deepCopy();
    JsonNode key = keyField == null ? null : chosen.remove(keyField);
    chosen.remove(excluded);
    if (!included.isEmpty()) {
      chosen.retain(included);
    }
    JsonNode instance = array ? values(chosen) : chosen;
    // Without a key the result shows the excluded fields too (C5.12).
    return new BatchItem(instance, excluded.isEmpty() ? instance : object, key);
  }

  private ArrayNode values(ObjectNode object) {
    ArrayNode values = JsonNodeFactory.instance.arrayNode();
    included.forEach(name -> values.add(object.path(name)));
    return values;
  }
}
