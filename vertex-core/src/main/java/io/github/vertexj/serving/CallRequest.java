package io.github.vertexj.serving;

import io.github.vertexj.ReceivedRequest;
import io.github.vertexj.RequestHeaders;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A call as a predictor may know it.
 *
 * <p>The HTTP server's own request may be used again for another as soon as nobody waits for this
 * one: what was read by then counts, and nothing that is read later.
 *
 * @param over whether nobody waits for its reply any more
 * @param deadlineNanos when the predictions must be there, on the clock of {@link System#nanoTime}
 */
record CallRequest(RequestHeaders headers, BooleanSupplier over, long deadlineNanos)
    implements ReceivedRequest {
  private static final int MAX_HEADER_CHARS = 8192;

  @Override
  public @Nullable String header(String name) {
    String value;
    synchronized (headers) { // HTTP servers expect one thread at a time
      value = over.getAsBoolean() ? null : headers.first(name);
    }
    return value == null || over.getAsBoolean() || !printable(value) ? null : value;
  }

  private static boolean printable(String value) {
    return value.length() <= MAX_HEADER_CHARS
        && value.chars().noneMatch(c -> Character.isISOControl(c) && c != '\t');
  }

  @Override
  public Duration timeLeft() {
    return Duration.ofNanos(deadlineNanos - System.nanoTime());
  }

  @Override
  public boolean abandoned() {
    return over.getAsBoolean();
  }
}
