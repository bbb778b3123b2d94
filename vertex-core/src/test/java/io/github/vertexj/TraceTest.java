package io.github.vertexj;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** C3.45 */
class TraceTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";

  private static @Nullable Trace trace(@Nullable String w3c, @Nullable String cloud) {
    Map<String, @Nullable String> headers = new HashMap<>();
    headers.put("traceparent", w3c);
    headers.put("X-Cloud-Trace-Context", cloud);
    return Trace.of(headers::get);
  }

  @ParameterizedTest
  @CsvSource({"01, true", "00, false", "03, true", "fe, false"})
  void of_traceparent_isRead(String flags, boolean sampled) {
    String header = "00-" + TRACE + "-" + SPAN + "-" + flags;
    assertThat(trace(header, null)).isEqualTo(new Trace(TRACE, SPAN, sampled));
    assertThat(trace("cc-" + header.substring(3) + "-what-will-be", null))
        .isEqualTo(new Trace(TRACE, SPAN, sampled));
  }

  @ParameterizedTest
  @CsvSource({";o=1, true", ";o=0, false", ";o=3, true", "'', false"})
  void of_cloudTraceContext_isReadWithItsDecimalSpan(String options, boolean sampled) {
    String header = TRACE.toUpperCase(java.util.Locale.ROOT) + "/13235353014750950193" + options;
    assertThat(trace(null, header)).isEqualTo(new Trace(TRACE, SPAN, sampled));
    assertThat(trace("nonsense", header)).isEqualTo(new Trace(TRACE, SPAN, sampled));
  }

  @Test
  void of_both_traceparentCounts() {
    String other = "1".repeat(32);
    assertThat(trace("00-" + TRACE + "-" + SPAN + "-01", other + "/5;o=0"))
        .isEqualTo(new Trace(TRACE, SPAN, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "0af7651916cd43dd8448eb211c80319c/0",
        "0af7651916cd43dd8448eb211c80319c/99999999999999999999;o=1",
        "0af7651916cd43dd8448eb211c80319c;o=1"
      })
  void of_anythingElse_isNone(String header) {
    assertThat(trace(header, header)).isNull();
  }

  @Test
  void traceparent_canBeReadAgain() {
    for (boolean sampled : new boolean[] {true, false}) {
      Trace trace = new Trace(TRACE, SPAN, sampled);
      assertThat(trace(trace.traceparent(), null)).isEqualTo(trace);
    }
  }
}
