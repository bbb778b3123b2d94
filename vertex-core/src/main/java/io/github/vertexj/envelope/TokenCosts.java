package io.github.vertexj.envelope;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the tokens of JSON cost in memory, as what they become: bytes of a 64-bit JVM with
 * compressed references.
 *
 * @param object of an object, with the table of its fields if it has one
 * @param array of an array
 * @param name of a field, with the entry that holds it if there is one
 * @param value of a number, a text without its letters, true, false or null
 */
record TokenCosts(int object, int array, int name, int value) {

  /** Trees and maps: a linked hash map for each object, an entry and a text for each field. */
  private static final TokenCosts TREE = new TokenCosts(160, 64, 112, 40);

  /** Records and beans: an object of a few fields, whose names are the class's. */
  private static final TokenCosts BEAN = new TokenCosts(64, 56, 24, 24);

  /** Returns the costs of trees. */
  static TokenCosts ofTrees() {
    return TREE;
  }

  /** Returns the costs of what Jackson makes of a type. */
  static TokenCosts of(JavaType type) {
    boolean tree =
        type.isJavaLangObject()
            || type.isTypeOrSubTypeOf(JsonNode.class)
            || type.isTypeOrSubTypeOf(Map.class);
    return tree ? TREE : BEAN;
  }

  int of(@Nullable JsonToken token) {
    if (token == null) {
      return 0;
    }
    return switch (token) {
      case START_OBJECT -> object;
      case START_ARRAY -> array;
      case FIELD_NAME -> name;
      case END_OBJECT, END_ARRAY, NOT_AVAILABLE -> 0;
      default -> value;
    };
  }
}
