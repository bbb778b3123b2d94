package io.github.vertexj;

import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The place of a request in a distributed trace.
 *
 * <p>Immutable and thread-safe.
 *
 * @param traceId 32 digits of lower-case hexadecimal, not all zero
 * @param spanId the caller's span, 16 digits of lower-case hexadecimal, not all zero
 * @param sampled whether the caller records the trace
 */
public record Trace(String traceId, String spanId, boolean sampled) {
  private static final Pattern W3C =
      Pattern.compile("(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");
  private static final Pattern CLOUD =
      Pattern.compile("([0-9a-fA-F]{32})/([0-9]{1,20})(;o=([0-9]+))?");
  private static final Pattern ZEROS = Pattern.compile("0+");

  /**
   * Reads a trace from W3C's {@code traceparent}, or else from Google's older {@code
   * X-Cloud-Trace-Context}.
   *
   * @param headers returns the first value of a header by its name; null if absent
   * @return null if neither holds one
   */
  public static @Nullable Trace of(Function<String, @Nullable String> headers) {
    Trace trace = w3c(headers.apply("traceparent"));
    return trace == null ? cloud(headers.apply("X-Cloud-Trace-Context")) : trace;
  }

  private static @Nullable Trace w3c(@Nullable String header) {
    Matcher matcher = W3C.matcher(header == null ? "" : header.trim());
    if (!matcher.matches() || (matcher.group(1).equals("00") && matcher.group(5) != null)) {
      return null;
    }
    boolean sampled = (Integer.parseInt(matcher.group(4), 16) & 1) == 1;
    return unlessZero(matcher.group(2), matcher.group(3), sampled);
  }

  private static @Nullable Trace cloud(@Nullable String header) {
    Matcher matcher = CLOUD.matcher(header == null ? "" : header.trim());
    if (!matcher.matches()) {
      return null;
    }
    long span;
    try {
      span = Long.parseUnsignedLong(matcher.group(2));
    } catch (NumberFormatException e) {
      return null; // beyond 64 bits
    }
    String options = matcher.group(4);
    boolean sampled = options != null && (options.charAt(options.length() - 1) - '0') % 2 == 1;
    String traceId = matcher.group(1).toLowerCase(java.util.Locale.ROOT);
    return unlessZero(traceId, "%016x".formatted(span), sampled);
  }

  private static @Nullable Trace unlessZero(String traceId, String spanId, boolean sampled) {
    boolean zero = ZEROS.matcher(traceId).matches() || ZEROS.matcher(spanId).matches();
    return zero ? null : new Trace(traceId, spanId, sampled);
  }

  /** Returns the header {@code traceparent}, to pass on to a service that is asked. */
  public String traceparent() {
    return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
  }
}
