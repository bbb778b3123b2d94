package io.github.vertexj.client;

import java.net.ConnectException;
import java.net.http.HttpHeaders;
import java.net.http.HttpTimeoutException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * When a request is sent once more: only where no work has been begun for it, that is, where the
 * server is too busy (429), not ready (503), or not there.
 *
 * @param maxAttempts how often a request is sent at most
 */
record Retries(int maxAttempts) {
  private static final long FIRST_PAUSE_MILLIS = 200;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;
  private static final int MOST_DOUBLINGS = 6;

  /**
   * The pause before the next attempt; empty if there is none.
   *
   * @param attempt how often it has been sent
   */
  Optional<Duration> after(int attempt, int status, HttpHeaders headers) {
    if (attempt >= maxAttempts || (status != 429 && status != 503)) {
      return Optional.empty();
    }
    Duration backoff = backoff(attempt);
    Duration asked = headers.firstValue("Retry-After").map(Retries::parse).orElse(Duration.ZERO);
    return Optional.of(asked.compareTo(backoff) > 0 ? asked : backoff);
  }

  /** The pause after a failure without an answer; empty if the request may have been begun. */
  Optional<Duration> after(int attempt, @Nullable Throwable failure) {
    boolean refused =
        failure instanceof ConnectException
            && !(failure.getCause() instanceof HttpTimeoutException);
    return refused && attempt < maxAttempts ? Optional.of(backoff(attempt)) : Optional.empty();
  }

  /** Doubles, and is spread over its second half, lest all callers come back at once. */
  private static Duration backoff(int attempt) {
    long longest =
        Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempt - 1, MOST_DOUBLINGS));
    return Duration.ofMillis(longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1));
  }

  /** Seconds, or a date; zero if it is neither. */
  private static Duration parse(String retryAfter) {
    try {
      return Duration.ofSeconds(Integer.parseUnsignedInt(retryAfter.strip()));
    } catch (NumberFormatException noSeconds) {
      try {
        return Duration.between(
            Instant.now(),
            ZonedDateTime.parse(retryAfter.strip(), DateTimeFormatter.RFC_1123_DATE_TIME));
      } catch (DateTimeException noDate) {
        return Duration.ZERO;
      }
    }
  }
}
