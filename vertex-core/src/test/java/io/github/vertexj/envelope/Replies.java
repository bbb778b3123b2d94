package io.github.vertexj.envelope;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.vertexj.PredictionWriter;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.PooledBuffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Replies as text, each checked to be strict UTF-8 and strict JSON. */
public final class Replies {
  private static final BytePool POOL = BytePool.of(1 << 20);
  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private Replies() {}

  /** The whole reply for predictions that databind or the tensor writer writes. */
  static String of(Object... predictions) {
    return by(PredictionWriter.databind(), predictions);
  }

  /** The whole reply for predictions that a writer writes. */
  static String by(PredictionWriter<Object> writer, Object... predictions) {
    try (PooledBuffer reply =
        EnvelopeWriter.of(writer, POOL).write(Arrays.asList(predictions), null)) {
      return text(reply);
    }
  }

  /** The whole reply for no predictions and metadata. */
  static String ofMetadata(Object metadata) {
    EnvelopeWriter<Object> writer = EnvelopeWriter.of(PredictionWriter.databind(), POOL);
    try (PooledBuffer reply = writer.write(List.of(), metadata)) {
      return text(reply);
    }
  }

  /** The JSON of the one prediction. */
  static String ofOne(Object prediction) {
    String reply = of(prediction);
    return reply.substring("{\"predictions\":[".length(), reply.length() - "]}".length());
  }

  public static JsonNode parse(String json) {
    try {
      return STRICT.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String text(PooledBuffer reply) {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(reply.array(), 0, reply.length()))
              .toString();
      parse(text);
      return text;
    } catch (CharacterCodingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
