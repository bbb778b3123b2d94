package io.github.vertexj.emulator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * JSON as the mapping of protocol buffers reads it: UTF-8 alone, at most a hundred objects and
 * arrays inside each other, numbers that are doubles (C3.8), text that is Unicode, objects whose
 * keys have no order (C3.9; here they come back to front, so that a reader who depends on the order
 * finds out).
 *
 * <p>Thread-safe.
 */
final class ProtocolJson {
  private static final int MAX_DEPTH = 100;
  // How much of the text an error shows on either side of its place.
  private static final int CONTEXT = 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ProtocolJson() {}

  /** Thrown for what cannot be a message. */
  static final class NoMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String sentence;

    NoMessageException(String sentence) {
      super(sentence);
      this.sentence = sentence;
    }

    /** What is wrong, and where. */
    String sentence() {
      return sentence;
    }
  }

  /** Reads the JSON of a message. */
  static ObjectNode object(byte[] json) throws NoMessageException {
    String text = text(json);
    try {
      if (MAPPER.readTree(text) instanceof ObjectNode object) {
        return object;
      }
      throw new NoMessageException("Unexpected token." + place(text, 0));
    } catch (StreamConstraintsException e) {
      throw new NoMessageException(
          String.valueOf(e.getOriginalMessage()).contains("nesting depth")
              ? "Message too deep. Max recursion depth reached." + place(text, offset(e))
              : "Value too long." + place(text, offset(e)));
    } catch (JsonEOFException e) {
      throw new NoMessageException(
          "Unexpected end of string. Expected a value." + place(text, text.length()));
    } catch (JsonProcessingException e) {
      throw new NoMessageException("Unexpected token." + place(text, offset(e)));
    }
  }

  private static String text(byte[] json) throws NoMessageException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
    } catch (CharacterCodingException e) {
      throw new NoMessageException("Encountered non UTF-8 code points.");
    }
  }

  private static int offset(JsonProcessingException e) {
    return e.getLocation() == null ? 0 : (int) Math.max(0, e.getLocation().getCharOffset());
  }

  /** Shows a place as the platform does, by the text around it and a mark, and by its number. */
  private static String place(String text, int offset) {
    int at = Math.min(offset, text.length());
    int lineStart = text.lastIndexOf('\n', at - 1) + 1;
    long line = text.substring(0, lineStart).chars().filter(c -> c == '\n').count() + 1;
    int from = Math.max(0, at - CONTEXT);
    String around = text.substring(from, Math.min(text.length(), at + CONTEXT));
    return " Line %d, column %d:\n%s\n%s^"
        .formatted(line, at - lineStart + 1, around, " ".repeat(at - from));
  }

  /** Returns a value as it comes out of a protocol message. */
  static JsonNode struct(String path, JsonNode value) throws NoMessageException {
    if (value.isNumber()) {
      double number = value.doubleValue();
      if (Double.isInfinite(number) || Double.isNaN(number)) {
        throw new NoMessageException("Number exceeds the range of double, at '" + path + "'.");
      }
      return DoubleNode.valueOf(number);
    } else if (value.isTextual()) {
      requireUnicode(path, value.textValue());
    } else if (value.isArray()) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode(value.size());
      for (int i = 0; i < value.size(); i++) {
        array.add(struct(path + "[" + i + "]", value.get(i)));
      }
      return array;
    } else if (value.isObject()) {
      return structOfObject(path, value);
    }
    return value;
  }

  private static ObjectNode structOfObject(String path, JsonNode value) throws NoMessageException {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    List<Map.Entry<String, JsonNode>> fields = new ArrayList<>(value.properties());
    fields.sort(Map.Entry.comparingByKey(Comparator.reverseOrder()));
    for (Map.Entry<String, JsonNode> field : fields) {
      requireUnicode(path, field.getKey());
      object.set(field.getKey(), struct(path + "." + field.getKey(), field.getValue()));
    }
    return object;
  }

  /** Half of a surrogate pair, which {@code \\ud800} can bring in, is no character. */
  private static void requireUnicode(String path, String text) throws NoMessageException {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new NoMessageException("Missing low surrogate, at '" + path + "'.");
    }
  }

  static byte[] bytes(JsonNode json) {
    try {
      return MAPPER.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree that was read can be written", e);
    }
  }
}
