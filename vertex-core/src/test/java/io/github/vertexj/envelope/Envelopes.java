package io.github.vertexj.envelope;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.vertexj.InstanceReader;
import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.json.BytePool;

/** Reads envelopes written as text, with {@code '} for the double quote. */
public final class Envelopes {
  private Envelopes() {}

  public static byte[] bytes(String text) {
    return text.replace('\'', '"').getBytes(UTF_8);
  }

  /** Returns the request; tensor memory is never given back, so that it can be looked at. */
  static <I> PredictRequest<I> read(InstanceReader<I> instances, String envelope) {
    byte[] body = bytes(envelope);
    return EnvelopeReader.of(instances, EnvelopeRules.DEFAULT, BytePool.of(0))
        .read(body, 0, body.length);
  }

  /** Reads the only instance. */
  public static <I> I readOne(InstanceReader<I> instances, String instance) {
    I only = read(instances, "{'instances':[" + instance + "]}").instances().get(0);
    assertThat(only).isNotNull();
    return only;
  }

  static String refusal(InstanceReader<?> instances, String envelope) {
    BadBodyException refused =
        catchThrowableOfType(BadBodyException.class, () -> read(instances, envelope));
    assertThat(refused).as(envelope).isNotNull();
    assertThat(refused).hasMessageEndingWith("byte " + refused.byteOffset());
    return refused.getMessage();
  }

  /** Returns what is said of the second of two instances, the first being in order. */
  static String refusalOfSecond(InstanceReader<?> instances, String good, String bad) {
    return refusal(instances, "{'instances':[" + good + "," + bad + "]}");
  }
}
