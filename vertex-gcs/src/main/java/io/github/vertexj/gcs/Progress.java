package io.github.vertexj.gcs;

import io.github.vertexj.LoadProgress;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many bytes of all are done, told to health a few times a second, and to the log every tenth
 * but at most once a second.
 *
 * <p>Thread-safe.
 */
final class Progress {
  private static final Logger LOG = LoggerFactory.getLogger(Progress.class);
  private static final long BETWEEN_REPORTS = Duration.ofMillis(250).toNanos();
  private static final long BETWEEN_LINES = Duration.ofSeconds(1).toNanos();
  private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB"};

  private final String activity;
  private final long total;
  private final LoadProgress listener;
  private final LongSupplier nanoTime;
  private long done; // guarded by this
  private long reported; // guarded by this
  private long logged; // guarded by this
  private long loggedTenths; // guarded by this

  /**
   * Creates a progress and reports that nothing is done yet.
   *
   * @param activity such as {@code downloading}
   * @param total how many bytes there are to do
   */
  Progress(String activity, long total, LoadProgress listener, LongSupplier nanoTime) {
    this.activity = activity;
    this.total = total;
    this.listener = listener;
    this.nanoTime = nanoTime;
    this.reported = nanoTime.getAsLong();
    this.logged = reported;
    listener.report(text());
  }

  /** Says that so many more bytes are done; a negative number takes some back. */
  synchronized void add(long bytes) {
    done += bytes;
    long now = nanoTime.getAsLong();
    if (now - reported >= BETWEEN_REPORTS || done == total) {
      reported = now;
      listener.report(text());
    }
    if (percent() / 10 > loggedTenths && now - logged >= BETWEEN_LINES) {
      logged = now;
      loggedTenths = percent() / 10;
      LOG.info("{}", text());
    }
  }

  private long percent() {
    return total == 0 ? 100 : (long) (100.0 * done / total);
  }

  private String text() {
    int unit = unit(total);
    return "%s %d %%, %s of %s".formatted(activity, percent(), amount(done, unit), size(total));
  }

  /** Returns a number of bytes in the unit that suits it, such as {@code 1.2 GB}. */
  static String size(long bytes) {
    int unit = unit(bytes);
    return amount(bytes, unit) + " " + UNITS[unit];
  }

  private static int unit(long bytes) {
    int unit = 0;
    for (long rest = bytes; rest >= 1000 && unit < UNITS.length - 1; rest /= 1000) {
      unit++;
    }
    return unit;
  }

  private static String amount(long bytes, int unit) {
    return String.format(Locale.ROOT, unit == 0 ? "%.0f" : "%.1f", bytes / Math.pow(1000, unit));
  }
}
