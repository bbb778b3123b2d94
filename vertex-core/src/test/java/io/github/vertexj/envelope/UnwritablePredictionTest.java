package io.github.vertexj.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.vertexj.PredictionWriter;
import io.github.vertexj.Tensor;
import io.github.vertexj.Tensors;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.UnwritablePredictionException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.DoubleAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnwritablePredictionTest {
  private static final String NAN = "the prediction holds NaN, which JSON cannot carry, at ";
  private static final String TOO_DEEP =
      "the prediction is nested deeper than 1,000 levels, perhaps because it refers to itself, at ";

  record Digit(int digit, float[] probabilities) {}

  record Scores(double score, Float boxed, List<Double> list) {}

  record Wrapped(String name, Object value) {}

  record Prepared(@JsonRawValue String json) {}

  /** A bean whose second property cannot be had. */
  public static final class Broken {
    public int getFirst() {
      return 1;
    }

    public int getSecond() {
      throw new IllegalStateException("secret");
    }
  }

  /** A bean that holds itself. */
  public static final class Cycle {
    public Object getSelves() {
      return List.of(this);
    }
  }

  @Test
  void C3_19_nanInATensor_namesItsPlace() {
    Tensor bad = Tensor.of(new float[] {0, 1, 2, 3, 4, Float.NaN}, 3, 2);
    Tensor good = Tensor.of(new float[] {1});
    assertThat(messageOf(good, bad)).isEqualTo(NAN + "$.predictions[1][2][1]");
    assertThat(messageOf(Tensors.of(bad))).isEqualTo(NAN + "$.predictions[0][2][1]");
    assertThat(messageOf(Tensors.ordered(List.of(good, bad))))
        .isEqualTo(NAN + "$.predictions[0][1][2][1]");
    assertThat(messageOf(Tensors.named(Map.of("logits", bad))))
        .isEqualTo(NAN + "$.predictions[0].logits[2][1]");
    assertThat(messageOf(Tensors.named(Map.of("a \"b\"", bad))))
        .isEqualTo(NAN + "$.predictions[0][\"a ?b?\"][2][1]");
    assertThat(messageOf(new Wrapped("x", List.of(good, bad))))
        .isEqualTo(NAN + "$.predictions[0].value[1][2][1]");
  }

  @Test
  void C3_19_infinities_areNamed() {
    assertThat(messageOf(Tensor.of(new double[] {0, Double.POSITIVE_INFINITY})))
        .isEqualTo(
            "the prediction holds Infinity, which JSON cannot carry, at $.predictions[0][1]");
    assertThat(messageOf(Tensor.of(new float[] {Float.NEGATIVE_INFINITY})))
        .isEqualTo(
            "the prediction holds -Infinity, which JSON cannot carry, at $.predictions[0][0]");
  }

  @Test
  void C3_19_nanInARecord_namesItsPlace() {
    Digit good = new Digit(1, new float[] {1});
    assertThat(messageOf(good, good, good, new Digit(2, new float[] {0, 0, Float.NaN})))
        .isEqualTo(NAN + "$.predictions[3].probabilities[2]");
    assertThat(messageOf(new Scores(Double.NaN, 1f, List.of())))
        .isEqualTo(NAN + "$.predictions[0].score");
    assertThat(messageOf(new Scores(1, Float.NaN, List.of())))
        .isEqualTo(NAN + "$.predictions[0].boxed");
    assertThat(messageOf(new Scores(1, 1f, List.of(1.0, Double.NaN))))
        .isEqualTo(NAN + "$.predictions[0].list[1]");
    assertThat(messageOf(Map.of("a", new double[][] {{1}, {1, Double.NaN}})))
        .isEqualTo(NAN + "$.predictions[0].a[1][1]");
  }

  @Test
  void C3_19_nanInATreeOrBare_namesItsPlace() {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    assertThat(messageOf(nodes.objectNode().set("a", nodes.arrayNode().add(1).add(Double.NaN))))
        .isEqualTo(NAN + "$.predictions[0].a[1]");
    assertThat(messageOf("x", Double.NaN)).isEqualTo(NAN + "$.predictions[1]");
    assertThat(messageOf(Float.NaN)).isEqualTo(NAN + "$.predictions[0]");
  }

  @Test
  void C3_19_nanInTheMetadata_namesItsPlace() {
    assertThatThrownBy(() -> Replies.ofMetadata(Map.of("loss", Double.NaN)))
        .isInstanceOf(UnwritablePredictionException.class)
        .hasMessage("the metadata holds NaN, which JSON cannot carry, at $.metadata.loss");
  }

  @Test
  void C3_19_nanOfAnUnknownNumberClass_refused() {
    DoubleAdder adder = new DoubleAdder();
    adder.add(Double.NaN);
    assertThat(messageOf(new Wrapped("x", adder)))
        .isEqualTo(
            "the prediction holds a number that JSON cannot carry, at $.predictions[0].value");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"NaN", "", "{", "1 2", "[1,]", "{\"a\":NaN}", "'x'", "\"\u0001\"", "// c\n1"})
  void C3_19_rawValueThatIsNoJson_refused(String json) {
    assertThat(messageOf(List.of(1, new Prepared(json))))
        .isEqualTo(
            "the prediction holds raw text that is not one JSON value, at $.predictions[0][1].json");
  }

  @Test
  void C3_19_ownMapperThatQuotesNan_stillRefused() {
    JsonMapper mapper = new JsonMapper(); // would write "NaN" in quotes to its own generator
    assertThat(messageBy((p, generator) -> mapper.writeValue(generator, p), List.of(Double.NaN)))
        .isEqualTo(NAN + "$.predictions[0][0]");
  }

  @Test
  void write_nanThatTheWriterReplaces_isWritten() {
    PredictionWriter<Object> forgiving =
        (prediction, generator) -> {
          generator.writeStartArray();
          try {
            generator.writeNumber(Double.NaN);
          } catch (UnwritablePredictionException e) {
            generator.writeNull();
          }
          generator.writeEndArray();
        };
    assertThat(Replies.by(forgiving, 1)).isEqualTo("{\"predictions\":[[null]]}");
  }

  @Test
  void write_tensorFaultThatTheWriterHides_refused() {
    PredictionWriter<Object> hiding =
        (prediction, generator) -> {
          generator.writeStartArray();
          try {
            generator.writePOJO(Tensor.of(new float[] {1, Float.NaN}));
          } catch (IOException | RuntimeException e) {
            generator.writeNull();
          }
          generator.writeEndArray();
        };
    assertThat(messageBy(hiding, 1)).isEqualTo(NAN + "$.predictions[0][0][1]");
  }

  @Test
  void write_cycles_refusedWithAPath() {
    List<Object> list = new ArrayList<>();
    list.add(list);
    Map<String, Object> map = new HashMap<>();
    map.put("self", map);
    assertThat(messageOf(list)).startsWith(TOO_DEEP + "$.predictions[0][0][0]");
    assertThat(messageOf(map)).startsWith(TOO_DEEP + "$.predictions[0].self.self");
    assertThat(messageOf(new Cycle()))
        .startsWith(TOO_DEEP + "$.predictions[0].selves[0].selves[0]")
        .hasSizeLessThan(500);
  }

  @Test
  void write_deepButFinite_writtenUpToTheLimit() {
    assertThat(Replies.ofOne(nested(998))).startsWith("[[[");
    assertThat(messageOf(nested(999))).startsWith(TOO_DEEP);
  }

  @Test
  void write_failingGetter_namesThePropertyAndKeepsTheCause() {
    UnwritablePredictionException e =
        failure(PredictionWriter.databind(), Map.of("list", List.of(1, new Broken())));
    assertThat(e)
        .hasMessage("the prediction cannot be written as JSON at $.predictions[0].list[1].second")
        .hasRootCauseMessage("secret");
  }

  @Test
  void write_classThatDatabindDoesNotKnow_refusedWithAPath() {
    assertThat(messageOf(new Wrapped("x", new Object())))
        .isEqualTo("the prediction cannot be written as JSON at $.predictions[0].value");
    assertThat(messageOf("x", new Object()))
        .isEqualTo("the prediction cannot be written as JSON at $.predictions[1]");
  }

  @Test
  void writer_thatFails_refusedWithItsCause() {
    IOException cause = new IOException("secret");
    UnwritablePredictionException e =
        failure(
            (prediction, generator) -> {
              throw cause;
            },
            1);
    assertThat(e).hasMessage("the prediction cannot be written as JSON at $.predictions[0]");
    assertThat(e).hasCause(cause);
  }

  @Test
  void writer_nothing_refused() {
    PredictionWriter<Object> second =
        (prediction, generator) -> {
          if (prediction.equals(1)) {
            generator.writeNumber(1);
          }
        };
    assertThat(messageBy(second, 1, 2))
        .isEqualTo(
            "the prediction has no JSON value: its writer wrote nothing, at $.predictions[1]");
  }

  @Test
  void writer_twoValues_refused() {
    assertThat(
            messageBy(
                (prediction, generator) -> {
                  generator.writeStartArray();
                  generator.writeEndArray();
                  generator.writeNumber(2);
                },
                1))
        .isEqualTo(
            "the prediction has more than one JSON value: its writer must write exactly one,"
                + " at $.predictions[0]");
  }

  @Test
  void writer_leavesAnArrayOrObjectOpen_refused() {
    String open =
        "the prediction was left open: its writer must end every array and object that it starts,"
            + " at $.predictions[0]";
    assertThat(messageBy((p, generator) -> generator.writeStartObject(), 1)).isEqualTo(open);
    assertThat(
            messageBy(
                (p, generator) -> {
                  generator.writeStartObject();
                  generator.writeFieldName("a");
                },
                1))
        .isEqualTo(open + ".a");
  }

  @Test
  void writer_endsWhatItDidNotStart_refused() {
    assertThat(messageBy((p, generator) -> generator.writeEndArray(), 1))
        .isEqualTo("the prediction ends an array that it did not start, at $.predictions[0]");
    assertThat(
            messageBy(
                (p, generator) -> {
                  generator.writeStartArray();
                  generator.writeEndObject();
                },
                1))
        .startsWith("the prediction ends an object that it did not start");
  }

  @Test
  void writer_nameOrValueOutOfPlace_refused() {
    assertThat(messageBy((p, generator) -> generator.writeFieldName("a"), 1))
        .isEqualTo("the prediction has a field's name out of place, at $.predictions[0]");
    assertThat(
            messageBy(
                (p, generator) -> {
                  generator.writeStartObject();
                  generator.writeNumber(1);
                },
                1))
        .isEqualTo("the prediction has a field without a name, at $.predictions[0]");
  }

  @Test
  void writer_rawText_refused() {
    String message = "the prediction holds raw text outside of a value, at $.predictions[0]";
    assertThat(messageBy((p, generator) -> generator.writeRaw("NaN"), 1)).isEqualTo(message);
    assertThat(messageBy((p, generator) -> generator.writeRaw('1'), 1)).isEqualTo(message);
    assertThat(messageBy((p, generator) -> generator.writeRawUTF8String(new byte[] {'"'}, 0, 1), 1))
        .isEqualTo(message);
  }

  @Test
  void write_failed_memoryGoesBackToThePool() {
    BytePool pool = BytePool.of(1 << 20);
    EnvelopeWriter<Object> writer = EnvelopeWriter.of(PredictionWriter.databind(), pool);
    assertThatThrownBy(() -> writer.write(List.of(new float[] {Float.NaN}), null))
        .isInstanceOf(UnwritablePredictionException.class);
    long afterFailure = pool.pooledBytes();
    assertThat(afterFailure).isPositive();
    writer.write(List.of(1), null).close();
    assertThat(pool.pooledBytes()).isEqualTo(afterFailure);
  }

  private static Object nested(int levels) {
    Object nested = List.of();
    for (int i = 1; i < levels; i++) {
      nested = List.of(nested);
    }
    return nested;
  }

  private static String messageOf(Object... predictions) {
    return messageBy(PredictionWriter.databind(), predictions);
  }

  private static String messageBy(PredictionWriter<Object> writer, Object... predictions) {
    return failure(writer, predictions).getMessage();
  }

  private static UnwritablePredictionException failure(
      PredictionWriter<Object> writer, Object... predictions) {
    return catchThrowableOfType(
        UnwritablePredictionException.class,
        () -> EnvelopeWriter.of(writer, BytePool.of(0)).write(Arrays.asList(predictions), null));
  }
}
