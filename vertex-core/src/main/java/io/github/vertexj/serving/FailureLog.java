package io.github.vertexj.serving;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * A log of failures that one client cannot fill: equal failures are told once with their trace, and
 * then counted, a line a minute.
 *
 * <p>Failures are equal if they are of one class, and were thrown at one place for one reason's
 * place. Thread-safe.
 */
final class FailureLog {
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
  private static final int MAX_KINDS = 100;

  private final Logger log;
  private final LongSupplier nanoClock;
  private final Map<String, Kind> kinds = new LinkedHashMap<>(); // guarded by this

  FailureLog(Logger log, LongSupplier nanoClock) {
    this.log = log;
    this.nanoClock = nanoClock;
  }

  /** Failures that are equal. */
  private static final class Kind {
    private long since;
    private int untold;

    Kind(long since) {
      this.since = since;
    }
  }

  /** Tells a failure, or counts it. */
  void error(String what, Throwable failure) {
    String key = key(what, failure);
    int before = count(key);
    if (before == 0) {
      log.error(what, failure);
    } else if (before > 0) {
      log.error("{}: {} more times as logged before, at last {}", what, before, failure.toString());
    }
  }

  /**
   * Returns 0 for the first of a kind, how many were not told once a minute has passed, else -1.
   */
  private synchronized int count(String key) {
    long now = nanoClock.getAsLong();
    Kind kind = kinds.get(key);
    if (kind == null) {
      if (kinds.size() == MAX_KINDS) {
        kinds.remove(kinds.keySet().iterator().next());
      }
      kinds.put(key, new Kind(now));
      return 0;
    }
    kind.untold++;
    if (now - kind.since < MINUTE) {
      return -1;
    }
    int told = kind.untold;
    kind.since = now;
    kind.untold = 0;
    return told;
  }

  private static String key(String what, Throwable failure) {
    StringBuilder key = new StringBuilder(what);
    @Nullable Throwable next = failure;
    for (int depth = 0; next != null && depth < 5; depth++) {
      StackTraceElement[] stack = next.getStackTrace();
      key.append('|').append(next.getClass().getName());
      key.append('@').append(stack.length == 0 ? "" : stack[0]);
      next = next.getCause();
    }
    return key.toString();
  }
}
