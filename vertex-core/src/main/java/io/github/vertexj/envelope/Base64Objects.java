package io.github.vertexj.envelope;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.vertexj.json.Base64Text;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Replaces objects of {@code b64} alone by bytes, in trees and in maps and lists, in place.
 *
 * <p>Recursion is as deep as the tree, which the parser has bounded.
 */
final class Base64Objects {
  /** The one field of an object that stands for bytes. */
  static final String NAME = "b64";

  private final JsonParser parser;

  Base64Objects(JsonParser parser) {
    this.parser = parser;
  }

  JsonNode decoded(JsonNode node) throws JsonMappingException {
    if (node.size() == 1 && node.path(NAME).isTextual()) {
      return BinaryNode.valueOf(bytesOf(node, node.path(NAME).textValue()));
    }
    decodeInside(node);
    return node;
  }

  void decodeInside(JsonNode node) throws JsonMappingException {
    if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        try {
          field.setValue(decoded(field.getValue()));
        } catch (JsonMappingException fault) {
          fault.prependPath(object, field.getKey());
          throw fault;
        }
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        try {
          array.set(i, decoded(array.get(i)));
        } catch (JsonMappingException fault) {
          fault.prependPath(array, i);
          throw fault;
        }
      }
    }
  }

  /** Takes what Jackson makes of JSON for {@code Object}: maps and lists that can be written to. */
  @SuppressWarnings("unchecked") // Jackson's maps have string keys and any values
  @Nullable Object decoded(@Nullable Object value) throws JsonMappingException {
    if (value instanceof Map<?, ?> map) {
      if (map.size() == 1 && map.get(NAME) instanceof String text) {
        return bytesOf(map, text);
      }
      decodeInside((Map<String, Object>) map);
    } else if (value instanceof List<?> list) {
      decodeInside((List<Object>) list);
    }
    return value;
  }

  private void decodeInside(Map<String, Object> map) throws JsonMappingException {
    for (Map.Entry<String, Object> field : map.entrySet()) {
      try {
        field.setValue(decoded(field.getValue()));
      } catch (JsonMappingException fault) {
        fault.prependPath(map, field.getKey());
        throw fault;
      }
    }
  }

  private void decodeInside(List<Object> list) throws JsonMappingException {
    for (int i = 0; i < list.size(); i++) {
      try {
        list.set(i, decoded(list.get(i)));
      } catch (JsonMappingException fault) {
        fault.prependPath(list, i);
        throw fault;
      }
    }
  }

  /** Returns the bytes of a text, or says that there are none. */
  byte[] bytes(String text) throws JsonMappingException {
    ByteBuffer decoded = Base64Text.decode(ByteBuffer.wrap(text.getBytes(UTF_8)));
    if (decoded == null) {
      throw InvalidFormatException.from(parser, "not base64", text, byte[].class);
    }
    byte[] bytes = new byte[decoded.remaining()];
    decoded.get(bytes);
    return bytes;
  }

  private byte[] bytesOf(Object owner, String text) throws JsonMappingException {
    try {
      return bytes(text);
    } catch (JsonMappingException fault) {
      fault.prependPath(owner, NAME);
      throw fault;
    }
  }
}
