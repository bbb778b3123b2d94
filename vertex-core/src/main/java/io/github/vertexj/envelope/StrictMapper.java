package io.github.vertexj.envelope;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.LRUMap;
import com.fasterxml.jackson.databind.util.LookupCache;
import io.github.vertexj.json.JsonRules;
import io.github.vertexj.json.JsonScanner;
import java.io.IOException;

/**
 * Jackson, set up so that a value of the wrong kind is refused and not bent.
 *
 * <p>Text is no number, but for {@code "NaN"} and {@code "Infinity"}, which JSON cannot write
 * otherwise; a number is no text, null is no primitive, a primitive that is absent is missed; of a
 * field that occurs twice the last counts, as Jackson does by itself. Types that a module on the
 * class path knows are read by it.
 */
final class StrictMapper {
  /** What a byte of UTF-8 can become in a text: a letter of two bytes, beside one that is not. */
  private static final int MAX_BYTES_OF_TEXT = 2;

  private StrictMapper() {}

  static JsonMapper of(JsonRules rules) {
    return builder(rules).build();
  }

  /** Returns a mapper of an author's types. */
  static JsonMapper of(JsonRules rules, FieldRules fields) {
    JsonMapper.Builder builder =
        builder(rules)
            .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, fields.unknownRefused());
    return fields.missingRefused()
        ? builder
            .annotationIntrospector(
                AnnotationIntrospector.pair(
                    new RecordFields(), new JacksonAnnotationIntrospector()))
            .build()
        : builder.build();
  }

  private static JsonMapper.Builder builder(JsonRules rules) {
    return JsonMapper.builder(factory(rules))
        .typeFactory(newTypeFactory())
        .addModules(JacksonModules.installed())
        .addModule(new BytesModule())
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .withCoercionConfig(
            LogicalType.Textual,
            text -> {
              text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
              text.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
              text.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
            });
  }

  /**
   * Returns a memory of types to go with one mapper: Jackson's own is one for all of them, and
   * would keep the classes of an application that has been undeployed.
   */
  static TypeFactory newTypeFactory() {
    LookupCache<Object, JavaType> memory = new LRUMap<>(16, 200);
    return TypeFactory.defaultInstance().withCache(memory);
  }

  /**
   * Returns a parser over part of a scanner's array, strict about numbers too.
   *
   * @param costs what its tokens become
   */
  static StrictNumbers parser(JsonMapper mapper, JsonScanner in, Range range, TokenCosts costs)
      throws IOException {
    in.allowance().take(MAX_BYTES_OF_TEXT * (long) range.length()); // texts, at most
    return new StrictNumbers(
        mapper.createParser(in.bytes(), range.from(), range.length()), costs, in.allowance());
  }

  /** Part of an array. */
  record Range(int from, int to) {
    int length() {
      return to - from;
    }
  }

  private static JsonFactory factory(JsonRules rules) {
    JsonFactoryBuilder settings = new JsonFactoryBuilder();
    settings
        .disable(JsonFactory.Feature.CHARSET_DETECTION) // it would take a stray zero for UTF-16
        .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER) // as exact as the JDK's
        .configure(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS, rules.lenientStrings())
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(rules.maxDepth() - 1) // the envelope's own object is ours
                .maxNumberLength(rules.maxNumberLength())
                .maxStringLength(rules.maxStringLength())
                .maxNameLength(rules.maxStringLength())
                .build());
    return new OwnNames(settings);
  }
}
