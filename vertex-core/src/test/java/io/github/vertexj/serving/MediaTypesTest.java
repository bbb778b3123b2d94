package io.github.vertexj.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MediaTypesTest {
  private static final String BINARY = "application/x-npy";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "application/json",
        "Application/JSON; Charset=\"UTF-8\"",
        "application/json;charset=utf8",
        "application/json; charset=us-ascii",
        "application/json; odata=verbose",
        "application/vnd.api+json",
        "text/json"
      })
  void C3_2_json_in_any_spelling_is_taken(String type) {
    assertThat(objection("Content-Type", type)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text/plain", "application/x-www-form-urlencoded", "image/jpeg", "json", "*/*"})
  void C3_40_another_type_is_refused_with_the_right_one(String type) {
    assertThat(objection("Content-Type", type)).contains("application/json", BINARY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"iso-8859-1", "utf-16", "UTF-32"})
  void C3_2_another_charset_is_refused(String charset) {
    assertThat(objection("Content-Type", "application/json; charset=" + charset)).contains("UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "br", "deflate, gzip"})
  void compressed_bodies_areRefused(String encoding) {
    assertThat(objection("Content-Encoding", encoding)).contains("Content-Encoding");
  }

  private static @org.jspecify.annotations.Nullable String objection(String name, String value) {
    Map<String, String> headers = Map.of(name, value);
    return new MediaTypes<>(Map.of())
        .objection(new RequestHead("POST", "/predict", null, headers::get), false, List.of(BINARY))
        .orElse(null);
  }
}
