package io.github.vertexj.gcs;

import io.github.vertexj.artifact.ArtifactException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pauses between the attempts at one thing, each about twice as long as the one before.
 *
 * <p>For one thread.
 */
final class Retries {
  private static final Logger LOG = LoggerFactory.getLogger(Retries.class);

  private final String what;
  private final Patience patience;
  private final Function<Exception, ArtifactException> fault;
  private int failures;

  /**
   * Creates the pauses of one thing, not yet tried.
   *
   * @param what the URI of the thing, for the log
   * @param fault says in one line what a failure means that is final
   */
  Retries(String what, Patience patience, Function<Exception, ArtifactException> fault) {
    this.what = what;
    this.patience = patience;
    this.fault = fault;
  }

  /**
   * Waits until the next attempt is due.
   *
   * @throws ArtifactException if there is to be none: the failure will not pass, or was the last
   */
  void pauseAfter(Exception failure) throws ArtifactException {
    failures++;
    if (failures >= patience.attempts() || !Faults.passing(failure)) {
      throw fault.apply(failure);
    }
    long longest = patience.firstPause().toMillis() << (failures - 1);
    // Not all at once: what failed for one connection has failed for the others, too.
    long millis = longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1);
    LOG.warn(
        "{}: {}; attempt {} of {} in {} ms",
        what,
        Faults.reason(failure),
        failures + 1,
        patience.attempts(),
        millis);
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ArtifactException("the download was interrupted", e);
    }
  }
}
