package io.github.vertexj.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.Version;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.PredictionWriter;
import io.github.vertexj.StartException;
import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.PooledBuffer;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records as people write them. */
class RecordFieldsTest {
  /** As the one of any other library. */
  @Retention(RetentionPolicy.RUNTIME)
  @interface Nullable {}

  enum Size {
    @JsonProperty("s")
    SMALL,
    LARGE
  }

  enum Level {
    LOW(1),
    HIGH(9);

    private final int number;

    Level(int number) {
      this.number = number;
    }

    @JsonValue
    int number() {
      return number;
    }
  }

  record Inner(String unit) {}

  record Order(
      String name,
      @JsonProperty("sz") Size size,
      List<Inner> inner,
      @Nullable String note,
      @org.jspecify.annotations.Nullable Integer count) {}

  private static final String COMPLETE =
      "{'name':'a','sz':'s','inner':[{'unit':'m'}],'note':'n','count':1}";

  private static <I> I read(Class<I> type, FieldRules fields, String json) {
    byte[] body =
        ("{'instances':[" + json + "]}").replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return EnvelopeReader.of(
            InstanceReader.of(type), EnvelopeRules.DEFAULT.fields(fields), BytePool.of(0))
        .read(body, 0, body.length)
        .instances()
        .get(0);
  }

  private static <I> String refusal(Class<I> type, FieldRules fields, String json) {
    try {
      throw new AssertionError("read " + read(type, fields, json));
    } catch (BadBodyException e) {
      return e.getMessage().replaceFirst(", byte \\d+$", "");
    }
  }

  @Test
  void nullableComponents_mayBeAbsentOrNull() {
    Order without = new Order("a", Size.SMALL, List.of(new Inner("m")), null, null);
    String absent = COMPLETE.replace(",'note':'n','count':1", "");
    assertThat(read(Order.class, FieldRules.DEFAULT, absent)).isEqualTo(without);
    assertThat(
            read(
                Order.class,
                FieldRules.DEFAULT,
                absent.replace("}]}", "}],'note':null,'count':null}")))
        .isEqualTo(without);
  }

  @Test
  void otherComponents_mustBeThere() {
    assertThat(refusal(Order.class, FieldRules.DEFAULT, COMPLETE.replace("'name':'a',", "")))
        .isEqualTo("this field is missing, at $.instances[0].name");
    assertThat(refusal(Order.class, FieldRules.DEFAULT, COMPLETE.replace("'sz':'s',", "")))
        .isEqualTo("this field is missing, at $.instances[0].sz");
    assertThat(refusal(Order.class, FieldRules.DEFAULT, COMPLETE.replace("'unit':'m'", "")))
        .isEqualTo("this field is missing, at $.instances[0].inner[0].unit");
    assertThat(refusal(Order.class, FieldRules.DEFAULT, COMPLETE.replace("'a'", "null")))
        .isEqualTo("text is wanted, at $.instances[0].name");
  }

  @Test
  void otherComponents_mayBeAbsentWhereThatIsChosen() {
    FieldRules old = FieldRules.DEFAULT.missingRefused(false);
    assertThat(read(Order.class, old, "{}")).isEqualTo(new Order(null, null, null, null, null));
  }

  @Test
  void unknownFields_areIgnoredOrRefused() {
    String more = COMPLETE.replace("{'name'", "{'nmae':1,'name'");
    assertThat(read(Order.class, FieldRules.DEFAULT, more).name()).isEqualTo("a");
    assertThat(refusal(Order.class, FieldRules.DEFAULT.unknownRefused(true), more))
        .startsWith("this field is unknown; known are [")
        .contains("name", "sz", "inner")
        .endsWith("], at $.instances[0].nmae");
  }

  @Test
  void enums_areListedAsTheWireKnowsThem() {
    record Leveled(Level level) {}
    assertThat(refusal(Order.class, FieldRules.DEFAULT, COMPLETE.replace("'s'", "'SMALL'")))
        .isEqualTo("one of s, LARGE is wanted, at $.instances[0].sz");
    assertThat(read(Leveled.class, FieldRules.DEFAULT, "{'level':9}").level())
        .isEqualTo(Level.HIGH);
    assertThat(refusal(Leveled.class, FieldRules.DEFAULT, "{'level':'x'}"))
        .isEqualTo("one of 1, 9 is wanted, at $.instances[0].level");
  }

  record Dated(Instant at, LocalDate day, Optional<Duration> took) {}

  /** By the modules that are on this class path. */
  @Test
  void typesOfModules_areReadAndWritten() {
    String json = "{'at':'2026-11-28T10:25:48Z','day':'2026-11-28','took':'PT1M'}";
    Dated dated = read(Dated.class, FieldRules.DEFAULT, json);
    assertThat(dated)
        .isEqualTo(
            new Dated(
                Instant.parse("2026-11-28T10:25:48Z"),
                LocalDate.of(2026, 11, 28),
                Optional.of(Duration.ofMinutes(1))));
    assertThat(read(Dated.class, FieldRules.DEFAULT, json.replace(",'took':'PT1M'", "")).took())
        .isEmpty();
    EnvelopeWriter<Dated> writer =
        EnvelopeWriter.of(PredictionWriter.databind(), BytePool.of(1 << 10));
    try (PooledBuffer reply = writer.write(List.of(dated), Map.of())) {
      assertThat(new String(reply.array(), 0, reply.length(), StandardCharsets.UTF_8))
          .contains(json.replace('\'', '"'));
    }
  }

  record Deep(List<Map<String, Holder>> all) {}

  record Holder(Optional<Runnable> task) {}

  @Test
  void typeThatNothingReads_stopsTheStartWithItsPlace() {
    assertThatThrownBy(() -> read(Deep.class, FieldRules.DEFAULT, "{}"))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("instances cannot be read as Deep.all[][].task")
        .hasMessageContaining("Runnable");
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 15})
  void jackson_tooOld_isToldInOneLine(int minor) {
    assertThatThrownBy(() -> JacksonVersion.require(new Version(2, minor, 3, null, "g", "a")))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith(
            "jackson-databind 2." + minor + ".3 is on the class path, and 2.16");
  }

  @Test
  void jackson_newEnough_isNamed() {
    assertThat(JacksonVersion.require(new Version(2, 16, 0, null, "g", "a"))).isEqualTo("2.16.0");
    assertThat(JacksonVersion.require()).startsWith("2.");
  }
}
