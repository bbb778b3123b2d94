package io.github.vertexj.envelope;

import static io.github.vertexj.envelope.Envelopes.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.Shape;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.json.BytePool;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever byte of a body is wrong, there is a request or a clean refusal, and no memory is lost.
 */
final class EnvelopeFuzzTest {
  private final BytePool pool = BytePool.of(1 << 20);

  record Point(double x, int y, List<String> tags, byte[] bytes) {}

  static Stream<Arguments> envelopes() {
    return Stream.of(
        Arguments.of(
            InstanceReader.of(Tensor.class),
            "{'instances':[[[1,-2.5e1],[0.12345678901,4]],7],'parameters':{'k':[1,null]},'x':''}"),
        Arguments.of(
            InstanceReader.tensor(TensorSpec.of(TensorType.INT64, 2)),
            "{ 'a':[true,{}], 'instances' : [ [1, 2.0] , {'data':[3,4],'shape':[2]},"
                + " {'b64':'AQAAAAAAAAACAAAAAAAAAA=='} ] }"),
        Arguments.of(
            InstanceReader.tensors(
                List.of(
                    TensorSpec.of(TensorType.UINT8, Shape.ANY).named("pix"),
                    TensorSpec.of(TensorType.BOOL).named("on"))),
            "{'instances':[{'pix':[0,255],'on':true},{'on':[1],'pix':[]}],'parameters':5}"),
        Arguments.of(
            InstanceReader.of(Tensors.class),
            "{'instances':[{'é':[0.5],'b':{'data':[1],'datatype':'INT32'}},[[]],{'data':1}]}"),
        Arguments.of(
            InstanceReader.of(Point.class),
            "{'instances':[{'x':1e-3,'y':2.0,'tags':['\\u00e9é'],'bytes':{'b64':'AQI'}},null],'p':0}"),
        Arguments.of(
            InstanceReader.of(String.class),
            "{'instances':['plain text',null, 'caf\\u00e9 é','\\n\\ud83d\\ude00 \\u20ac€'],'x':[]}"),
        Arguments.of(
            InstanceReader.of(JsonNode.class),
            "{'parameters':true,'instances':[{'a':[1,2.5,{'b64':'AQ=='}]},'text',null,1e5,[]]}"),
        Arguments.of(
            InstanceReader.streaming(parser -> parser.skipChildren().currentToken().name()),
            "{'instances':[[1,{'a':[]}],{},3,'x'],'parameters':null}"));
  }

  @ParameterizedTest
  @MethodSource("envelopes")
  void read_everyTruncation_isRefused(InstanceReader<?> instances, String envelope) {
    EnvelopeReader<?> reader = EnvelopeReader.of(instances, EnvelopeRules.DEFAULT, pool);
    byte[] body = bytes(envelope);
    assertThat(reads(reader, body, body.length)).isTrue();
    long pooled = pool.pooledBytes();
    for (int length = 0; length < body.length; length++) {
      assertThat(reads(reader, body, length)).as("the first %d bytes", length).isFalse();
      assertThat(pool.pooledBytes()).isEqualTo(pooled);
    }
  }

  @ParameterizedTest
  @MethodSource("envelopes")
  void read_everyWrongByte_isARequestOrRefused(InstanceReader<?> instances, String envelope) {
    EnvelopeReader<?> reader = EnvelopeReader.of(instances, EnvelopeRules.DEFAULT, pool);
    byte[] good = bytes(envelope);
    reads(reader, good, good.length);
    long pooled = pool.pooledBytes();
    int refused = 0;
    for (int at = 0; at < good.length; at++) {
      for (int value = 0; value < 256; value++) {
        byte[] body = Arrays.copyOf(good, good.length);
        body[at] = (byte) value;
        refused += reads(reader, body, body.length) ? 0 : 1;
      }
      assertThat(pool.pooledBytes()).isEqualTo(pooled);
    }
    assertThat(refused).isBetween(good.length * 100, good.length * 256);
  }

  @ParameterizedTest
  @MethodSource("envelopes")
  void read_everyByteTwiceOrLeftOut_isARequestOrRefused(
      InstanceReader<?> instances, String envelope) {
    EnvelopeReader<?> reader = EnvelopeReader.of(instances, EnvelopeRules.DEFAULT, pool);
    byte[] good = bytes(envelope);
    reads(reader, good, good.length);
    long pooled = pool.pooledBytes();
    for (int at = 0; at < good.length; at++) {
      byte[] without = Arrays.copyOf(good, good.length - 1);
      System.arraycopy(good, at + 1, without, at, good.length - at - 1);
      reads(reader, without, without.length);
      byte[] twice = Arrays.copyOf(good, good.length + 1);
      System.arraycopy(good, at, twice, at + 1, good.length - at);
      reads(reader, twice, twice.length);
      assertThat(pool.pooledBytes()).isEqualTo(pooled);
    }
  }

  /** Any other exception ends the test. */
  private static boolean reads(EnvelopeReader<?> reader, byte[] body, int length) {
    try (PredictRequest<?> request = reader.read(body, 0, length)) {
      assertThat(request.parameters()).isNotNull();
      return true;
    } catch (BadBodyException refused) {
      assertThat(refused.byteOffset()).isBetween(0, length);
      assertThat(refused.getMessage()).doesNotContain("java.", "com.fasterxml");
      return false;
    }
  }
}
