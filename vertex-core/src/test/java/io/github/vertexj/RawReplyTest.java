package io.github.vertexj;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RawReplyTest {

  private static String body(RawReply reply) {
    return new String(reply.body(), StandardCharsets.UTF_8);
  }

  @Test
  void json_isWrittenByJackson() {
    RawReply reply = RawReply.json(Map.of("digit", 7));
    assertThat(body(reply)).isEqualTo("{\"digit\":7}");
    assertThat(reply.mediaType()).isEqualTo("application/json");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.writer()).isNull();
    assertThatThrownBy(() -> RawReply.json(new Object()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void error_isAnObjectWithText() {
    RawReply reply = RawReply.error(422, "not \"this\"");
    assertThat(reply.status()).isEqualTo(422);
    assertThat(body(reply)).isEqualTo("{\"error\":\"not \\\"this\\\"\"}");
  }

  @Test
  void headers_areAddedAndReplaced() {
    RawReply reply =
        RawReply.text("ü").withHeader("X-A", "1").withHeader("X-B", "2").withHeader("X-A", "3");
    assertThat(reply.headers()).containsExactlyInAnyOrderEntriesOf(Map.of("X-A", "3", "X-B", "2"));
    assertThat(body(reply)).isEqualTo("ü");
  }

  @ParameterizedTest
  @CsvSource({"X A,1", "X:A,1", "'',1", "X-A,'a\r\nSet-Cookie: b'", "X-A,ü"})
  void header_thatHttpCannotCarry_isRefused(String name, String value) {
    assertThatThrownBy(() -> RawReply.text("").withHeader(name, value))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain\r\nSet-Cookie: b", "text/ü"})
  void mediaType_thatHttpCannotCarry_isRefused(String mediaType) {
    assertThatThrownBy(() -> RawReply.of(mediaType, new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RawReply.stream(mediaType, out -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 100, 199, 600})
  void status_thatIsNoFinalOne_isRefused(int status) {
    assertThatThrownBy(() -> RawReply.text("").withStatus(status))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
