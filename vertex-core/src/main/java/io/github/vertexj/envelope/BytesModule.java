package io.github.vertexj.envelope;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.deser.std.JsonNodeDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.ArrayType;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Lets {@code {"b64": "…"}} stand for bytes wherever the Java type has room for them: in {@code
 * byte[]}, {@code Object} and {@link JsonNode} (C3.10).
 *
 * <p>A record with a field {@code b64} of its own, or a map, is left alone.
 */
final class BytesModule extends SimpleModule {
  private static final long serialVersionUID = 1L;

  BytesModule() {
    super("bytes");
    addDeserializer(JsonNode.class, new Trees<>(JsonNode.class));
    addDeserializer(ObjectNode.class, new Trees<>(ObjectNode.class));
    addDeserializer(ArrayNode.class, new Trees<>(ArrayNode.class));
    setDeserializerModifier(new Wrapping());
  }

  /** Puts our deserializers around Jackson's. */
  private static final class Wrapping extends BeanDeserializerModifier {
    private static final long serialVersionUID = 1L;

    @Override
    public JsonDeserializer<?> modifyArrayDeserializer(
        DeserializationConfig config,
        ArrayType type,
        BeanDescription description,
        JsonDeserializer<?> deserializer) {
      return type.hasRawClass(byte[].class) ? new ByteArrays(deserializer) : deserializer;
    }

    @Override
    public JsonDeserializer<?> modifyDeserializer(
        DeserializationConfig config,
        BeanDescription description,
        JsonDeserializer<?> deserializer) {
      return description.getBeanClass() == Object.class ? new Objects(deserializer) : deserializer;
    }
  }

  private static final class ByteArrays extends DelegatingDeserializer {
    private static final long serialVersionUID = 1L;

    ByteArrays(JsonDeserializer<?> delegate) {
      super(delegate);
    }

    @Override
    protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> delegate) {
      return new ByteArrays(delegate);
    }

    @Override
    public @Nullable Object deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      if (parser.hasToken(JsonToken.VALUE_STRING)) {
        return new Base64Objects(parser).bytes(parser.getText());
      }
      if (!parser.isExpectedStartObjectToken()) {
        return super.deserialize(parser, context);
      }
      if (!Base64Objects.NAME.equals(parser.nextFieldName())
          || parser.nextToken() != JsonToken.VALUE_STRING) {
        return context.handleUnexpectedToken(byte[].class, parser);
      }
      byte[] bytes = new Base64Objects(parser).bytes(parser.getText());
      return parser.nextToken() == JsonToken.END_OBJECT
          ? bytes
          : context.handleUnexpectedToken(byte[].class, parser);
    }
  }

  private static final class Objects extends DelegatingDeserializer {
    private static final long serialVersionUID = 1L;

    Objects(JsonDeserializer<?> delegate) {
      super(delegate);
    }

    @Override
    protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> delegate) {
      return new Objects(delegate);
    }

    @Override
    public @Nullable Object deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      return new Base64Objects(parser).decoded(super.deserialize(parser, context));
    }
  }

  private static final class Trees<T extends JsonNode> extends JsonDeserializer<T> {
    private final Class<T> type;
    private final JsonDeserializer<? extends JsonNode> delegate;

    Trees(Class<T> type) {
      this.type = type;
      this.delegate = JsonNodeDeserializer.getDeserializer(type);
    }

    @Override
    public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      JsonNode tree = delegate.deserialize(parser, context);
      Base64Objects base64 = new Base64Objects(parser);
      if (type == JsonNode.class) {
        return type.cast(base64.decoded(tree));
      }
      base64.decodeInside(tree); // an object that must be one stays one
      return type.cast(tree);
    }

    @Override
    public @Nullable T getNullValue(DeserializationContext context) throws JsonMappingException {
      return type.cast(delegate.getNullValue(context));
    }

    @Override
    public @Nullable Object getAbsentValue(DeserializationContext context)
        throws JsonMappingException {
      return delegate.getAbsentValue(context);
    }
  }
}
