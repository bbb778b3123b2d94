package io.github.vertexj.formats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.vertexj.InstanceReader;
import io.github.vertexj.PredictionWriter;
import io.github.vertexj.RequestHeaders;
import io.github.vertexj.Tensor;
import io.github.vertexj.envelope.EnvelopeRules;
import io.github.vertexj.envelope.Envelopes;
import io.github.vertexj.envelope.Replies;
import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.Document;
import io.github.vertexj.json.PooledBuffer;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Reads and answers bodies in any format; JSON is written with {@code '} for the double quote. */
final class Formats {
  static final String TYPE = "Content-Type";
  static final String HEAD = "Inference-Header-Content-Length";
  static final String TRITON = "application/vnd.vertex-ai-triton.binary+json";
  static final String NPY = "application/x-npy";
  static final Map<String, String> JSON = Map.of(TYPE, "application/json");

  /** Before and behind each body, to show that nobody looks there. */
  private static final int MARGIN = 11;

  private Formats() {}

  /** Reads a body; the memory of tensors is never given back, so that it can be looked at. */
  static <I> Exchange<I, Object> read(
      InstanceReader<I> instances, Map<String, String> headers, byte[] body) {
    return read(instances, headers, body, BytePool.of(0));
  }

  static <I> Exchange<I, Object> read(
      InstanceReader<I> instances, Map<String, String> headers, byte[] body, BytePool pool) {
    Map<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    anyCase.putAll(headers);
    byte[] array = new byte[body.length + 2 * MARGIN];
    Arrays.fill(array, (byte) '7');
    System.arraycopy(body, 0, array, MARGIN, body.length);
    RequestHeaders head = new RequestHeaders(anyCase::get);
    BodyFormats<I, Object> formats =
        BodyFormats.of(instances, PredictionWriter.databind(), EnvelopeRules.DEFAULT, pool)
            .named("digits");
    BodyFormat<I, Object> format = Objects.requireNonNullElse(formats.binary(head), formats);
    Exchange<I, Object> exchange = format.read(head, Document.of(array, MARGIN, body.length));
    Arrays.fill(array, (byte) '9'); // a request must not view the body
    return exchange;
  }

  /** The text of the refusal, which ends with its place. */
  static String refusal(InstanceReader<?> instances, Map<String, String> headers, byte[] body) {
    BadBodyException refused =
        catchThrowableOfType(
            BadBodyException.class, () -> read(instances, headers, body).request().close());
    assertThat(refused).as("%s %s", headers, new String(body, UTF_8)).isNotNull();
    assertThat(refused.getMessage())
        .matches("(?s).*, at (.*byte " + refused.byteOffset() + "|the header .*)");
    assertThat(refused.byteOffset()).isBetween(0, body.length);
    return String.valueOf(refused.getMessage());
  }

  /** The body with the quotes that JSON wants. */
  static byte[] json(String text) {
    return Envelopes.bytes(text);
  }

  /** A JSON head and tensors behind it. */
  static byte[] withTail(String head, Tensor... tensors) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(json(head));
    for (Tensor tensor : tensors) {
      byte[] bytes = new byte[tensor.length()];
      tensor.bytes().get(bytes);
      body.writeBytes(bytes);
    }
    return body.toByteArray();
  }

  /** The headers that tell a head's length by the media type. */
  static Map<String, String> triton(String head) {
    return Map.of(TYPE, TRITON + ";json-header-size=" + json(head).length);
  }

  /** The bytes of a reply, and those of its head; closes it. */
  static byte[] bytes(WrittenReply reply) {
    try (PooledBuffer buffer = reply.buffer()) {
      return buffer.toBytes();
    }
  }

  /** A reply that is JSON only, as text. */
  static String text(WrittenReply reply) {
    assertThat(reply.mediaType()).isEqualTo("application/json");
    assertThat(reply.headers()).isEmpty();
    try (PooledBuffer buffer = reply.buffer()) {
      return Replies.text(buffer);
    }
  }

  /** Answers each instance with itself, as JSON. */
  static String echo(InstanceReader<?> instances, String body) {
    return echo(read(instances, JSON, json(body)));
  }

  @SuppressWarnings("unchecked") // Tensor or Tensors, as ever
  static <I> String echo(Exchange<I, Object> exchange) {
    return text(exchange.write((List<Object>) exchange.request().instances(), null));
  }
}
