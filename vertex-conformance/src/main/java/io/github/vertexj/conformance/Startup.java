package io.github.vertexj.conformance;

import io.github.vertexj.conformance.Exchange.Fate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of a server until it was ready, or until there was no more hope of it.
 *
 * @param open when the port was open, since the start; null if it never was
 * @param before the last answer of health for each status but 200 that it gave before
 * @param ready the first answer with status 200; null if none came
 * @param firstPrediction a prediction asked for right after it; null if there was no instance
 * @param failure why it is not ready; empty if it is
 * @param exited whether the process has ended by itself
 */
record Startup(
    @Nullable Duration open,
    List<Exchange> before,
    @Nullable Exchange ready,
    @Nullable Duration readyAfter,
    @Nullable Exchange firstPrediction,
    String failure,
    boolean exited) {

  private static final int POLL_MILLIS = 50;

  boolean isReady() {
    return ready != null;
  }

  /** Whether it answers HTTP at all, if only with another status than it should. */
  boolean answers() {
    return isReady() || !before.isEmpty();
  }

  /**
   * Asks a server for its health until it is ready. Ends sooner when the process has exited, and
   * when health has said something else than 503 for as long as the platform waits for an answer.
   */
  static Startup watch(Server server) throws InterruptedException {
    return new Watch(server).run();
  }

  /** The watching; of use once. */
  private static final class Watch {
    private final Server server;
    private final Options options;
    private final long start = System.nanoTime();
    private final List<Exchange> before = new ArrayList<>();
    private @Nullable Duration open;
    private long wrongSince = Long.MAX_VALUE;

    Watch(Server server) {
      this.server = server;
      this.options = server.options();
    }

    Startup run() throws InterruptedException {
      while (true) {
        Optional<ServerProcess> process = server.process();
        Exchange health = server.health();
        note(health);
        if (health.status() == 200) {
          return ready(health);
        }
        if (process.isPresent() && !process.get().alive()) {
          return failed("the process has ended; " + process.get().lastWords(), true);
        }
        if (elapsed().compareTo(options.startTimeout()) > 0) {
          return failed(
              "not ready after "
                  + options.startTimeout().toSeconds()
                  + " s; health: "
                  + health.shownReply(),
              false);
        }
        if (System.nanoTime() - wrongSince > options.healthTimeout().toNanos()) {
          return failed("health does not become 200: " + health.shownReply(), false);
        }
        Thread.sleep(POLL_MILLIS);
      }
    }

    private void note(Exchange health) {
      if (open == null && (health.answered() || health.fate() == Fate.SILENT)) {
        open = elapsed();
      }
      boolean wrong = health.answered() && health.status() != 503;
      wrongSince = !wrong ? Long.MAX_VALUE : Math.min(wrongSince, System.nanoTime());
      if (health.answered() && health.status() != 200) {
        before.removeIf(earlier -> earlier.status() == health.status());
        before.add(health);
      }
    }

    private Startup ready(Exchange health) {
      Duration after = elapsed();
      Instances instances = options.instances();
      Exchange prediction =
          instances.instances().isEmpty() ? null : server.predict(instances.one());
      return new Startup(open, List.copyOf(before), health, after, prediction, "", false);
    }

    private Startup failed(String why, boolean exited) {
      return new Startup(open, List.copyOf(before), null, null, null, why, exited);
    }

    private Duration elapsed() {
      return Duration.ofNanos(System.nanoTime() - start);
    }
  }
}
