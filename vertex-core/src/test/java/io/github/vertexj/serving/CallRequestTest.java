package io.github.vertexj.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.RequestHeaders;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallRequestTest {
  private final AtomicBoolean over = new AtomicBoolean();

  private CallRequest request(String value) {
    Map<String, String> headers = Map.of("X-User", value);
    long inAMinute = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    return new CallRequest(new RequestHeaders(headers::get), over::get, inAMinute);
  }

  @ParameterizedTest
  @ValueSource(strings = {"me", "", "two words\tand a tab", "J\u00fcrgen"})
  void header_printable_isRead(String value) {
    assertThat(request(value).header("X-User")).isEqualTo(value);
    assertThat(request(value).header("X-Other")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\rb", "\0", "\u007f", "\u0085"})
  void header_controlCharacters_countsAsAbsent(String value) {
    assertThat(request(value).header("X-User")).isNull();
  }

  @Test
  void header_tooLong_countsAsAbsent() {
    assertThat(request("a".repeat(8192)).header("X-User")).hasSize(8192);
    assertThat(request("a".repeat(8193)).header("X-User")).isNull();
  }

  /** The HTTP server may have made another request of it by then. */
  @Test
  void header_onceNobodyWaits_isNotRead() {
    CallRequest whileItIsRead =
        new CallRequest(
            new RequestHeaders(
                name -> {
                  over.set(name.equals("X-User"));
                  return "another's";
                }),
            over::get,
            0);
    assertThat(whileItIsRead.header("X-User")).isNull();
    assertThat(whileItIsRead.abandoned()).isTrue();
    assertThat(request("me").header("X-User")).isNull();
  }

  @Test
  void timeLeft_isUntilTheDeadline() {
    assertThat(request("me").timeLeft())
        .isLessThanOrEqualTo(Duration.ofMinutes(1))
        .isGreaterThan(Duration.ZERO);
  }
}
