package io.github.vertexj.formats;

import static io.github.vertexj.formats.Formats.HEAD;
import static io.github.vertexj.formats.Formats.JSON;
import static io.github.vertexj.formats.Formats.TRITON;
import static io.github.vertexj.formats.Formats.TYPE;
import static io.github.vertexj.formats.Formats.json;
import static io.github.vertexj.formats.Formats.read;
import static io.github.vertexj.formats.Formats.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.PredictionWriter;
import io.github.vertexj.RequestHeaders;
import io.github.vertexj.Tensor;
import io.github.vertexj.envelope.EnvelopeReader;
import io.github.vertexj.envelope.EnvelopeRules;
import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.json.BytePool;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which format a body is read in. */
final class BodyFormatsTest {
  private static final InstanceReader<Tensor> FLOATS = InstanceReader.of(Tensor.class);
  private static final String MUTANTS = "{}[]\",:0123456789.-eE truefalsnul";
  private static final String INPUTS =
      "'inputs':[{'name':'x','shape':[1],'datatype':'FP32','data':[1]}]";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'instances':[5]}",
        "{'parameters':{'inputs':1},'instances':[5]}",
        "{" + INPUTS + ",'instances':[5]}",
        "{'instances':[5]," + INPUTS + "}",
        "{'inputs':'other','instances':[5]}",
        "{'outputs':{},'id':[],'instances':[5]}",
        "{'inputs':[{'name':'x'}],'a':[{'instances':[6]}],'instances':[5]}",
      })
  void C4_26_jsonWithInstances_isAnEnvelope(String body) {
    Exchange<Tensor, Object> exchange = read(FLOATS, JSON, json(body));

    assertThat(exchange.request().instances()).hasSize(1);
    assertThat(exchange.request().instances().get(0).number(0)).isEqualTo(5);
    assertThat(Formats.text(exchange.write(List.of(7), Map.of("k", 1))))
        .isEqualTo("{\"predictions\":[7],\"metadata\":{\"k\":1}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{" + INPUTS + "}",
        "{'id':'7'," + INPUTS + "}",
        "{'parameters':{'instances':[5]}," + INPUTS + ",'outputs':[{'name':'output'}]}",
        " \n{ 'model_name' : 'm', " + INPUTS + " } ",
      })
  void C4_26_jsonWithInputsOnly_isOpenInference(String body) {
    Exchange<Tensor, Object> exchange = read(FLOATS, JSON, json(body));
    assertThat(exchange.request().instances().get(0).number(0)).isEqualTo(1);
    assertThat(Formats.echo(exchange)).contains("\"outputs\":[{");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | the field instances is missing, at $, byte 2",
        "{'id':'7'} | the field instances is missing",
        "[" + INPUTS + "] | the body is not JSON",
        "[1] | an object with the field instances is wanted",
        "{'id' | the body is not JSON: it ends where a colon is wanted, at byte 5",
        "{'inputs':[ | the body is not JSON: it ends where",
      })
  void json_ofNeither_isRefusedAsAnEnvelope(String body, String fault) {
    assertThat(refusal(FLOATS, JSON, json(body))).startsWith(fault);
  }

  /** What the envelope's own reader takes, is taken as an envelope and read to the same numbers. */
  @Test
  void fuzz_ofEnvelopesWithInputs_areEnvelopes() {
    Random random = new Random(11);
    String[] templates = {
      "{" + INPUTS + ",'instances':[[5,6],[7,8]],'parameters':{'a':1}}",
      "{'inputs':[{'shape':[1],'data':[1,2]}],'outputs':[{'name':'o'}],'instances':[[5,6]]}",
      "{'id':'x','outputs':{},'inputs':{'a':[1,'b']},'instances':[5]}",
    };
    int envelopes = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] body = json(templates[random.nextInt(templates.length)]);
      for (int change = random.nextInt(3); change > 0; change--) {
        body[random.nextInt(body.length)] = (byte) MUTANTS.charAt(random.nextInt(MUTANTS.length()));
      }
      if (isEnvelope(body)) {
        envelopes++;
        assertThat(Formats.echo(read(FLOATS, JSON, body)))
            .as(new String(body, java.nio.charset.StandardCharsets.UTF_8))
            .startsWith("{\"predictions\":");
      }
    }
    assertThat(envelopes).isGreaterThan(5_000);
  }

  private static boolean isEnvelope(byte[] body) {
    try {
      EnvelopeReader.of(FLOATS, EnvelopeRules.DEFAULT, BytePool.of(0))
          .read(body, 0, body.length)
          .close();
      return true;
    } catch (BadBodyException refused) {
      return false;
    }
  }

  @Test
  void C3_2_noHeaders_areAsGoodAsJson() {
    assertThat(read(FLOATS, Map.of(), json("{" + INPUTS + "}")).request().instances()).hasSize(1);
  }

  @Test
  void instancesThatAreNoTensors_comeInEnvelopesOnly() {
    InstanceReader<JsonNode> trees = InstanceReader.of(JsonNode.class);
    assertThat(refusal(trees, JSON, json("{" + INPUTS + "}")))
        .startsWith("the field instances is missing");
    assertThat(read(trees, Map.of(HEAD, "5"), json("{'instances':[1]}")).request().instances())
        .hasSize(1);
    assertThat(takesBinary(trees, Map.of(TYPE, "application/x-npy"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "application/x-npy | - | true",
        "Application/X-NPY ; x=y | - | true",
        TRITON + ";json-header-size=5 | - | true",
        TRITON + " | - | true",
        "application/octet-stream | 5 | true",
        "application/octet-stream | - | false",
        "application/json | 5 | false",
        "- | 5 | false",
        "image/png | 5 | false",
      })
  void binaryFormats_areKnownByTheirHeaders(
      @org.jspecify.annotations.Nullable String type,
      @org.jspecify.annotations.Nullable String head,
      boolean taken) {
    Map<String, String> headers = new java.util.HashMap<>();
    headers.put(TYPE, type);
    headers.put(HEAD, head);
    assertThat(takesBinary(FLOATS, headers)).isEqualTo(taken);
  }

  private static boolean takesBinary(InstanceReader<?> instances, Map<String, String> headers) {
    return BodyFormats.of(
                instances, PredictionWriter.databind(), EnvelopeRules.DEFAULT, BytePool.of(0))
            .binary(new RequestHeaders(headers::get))
        != null;
  }
}
