package io.github.vertexj.emulator.grpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.List;

/** JSON values as protocol buffers have them, and back. */
final class Values {
  private static final Value NULL = Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build();

  private Values() {}

  /** A value of no kind, as {@code Value.getDefaultInstance()} is one, is printed as null. */
  static JsonNode json(Value value) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (value.getKindCase()) {
      case NUMBER_VALUE -> nodes.numberNode(value.getNumberValue());
      case STRING_VALUE -> nodes.textNode(value.getStringValue());
      case BOOL_VALUE -> nodes.booleanNode(value.getBoolValue());
      case LIST_VALUE -> array(value.getListValue().getValuesList());
      case STRUCT_VALUE -> object(value.getStructValue());
      case NULL_VALUE, KIND_NOT_SET -> nodes.nullNode();
    };
  }

  static ArrayNode array(List<Value> values) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode(values.size());
    values.forEach(value -> array.add(json(value)));
    return array;
  }

  private static ObjectNode object(Struct struct) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    struct.getFieldsMap().forEach((name, value) -> object.set(name, json(value)));
    return object;
  }

  static Value of(JsonNode json) {
    Value.Builder value = Value.newBuilder();
    if (json.isNumber()) {
      return value.setNumberValue(json.doubleValue()).build();
    } else if (json.isTextual()) {
      return value.setStringValue(json.textValue()).build();
    } else if (json.isBoolean()) {
      return value.setBoolValue(json.booleanValue()).build();
    } else if (json.isArray()) {
      ListValue.Builder list = ListValue.newBuilder();
      json.forEach(element -> list.addValues(of(element)));
      return value.setListValue(list).build();
    } else if (json.isObject()) {
      Struct.Builder struct = Struct.newBuilder();
      json.properties().forEach(field -> struct.putFields(field.getKey(), of(field.getValue())));
      return value.setStructValue(struct).build();
    }
    return NULL;
  }
}
