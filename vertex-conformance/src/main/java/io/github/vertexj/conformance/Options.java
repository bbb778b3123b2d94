package io.github.vertexj.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says.
 *
 * @param url the server that runs already; else {@code command} starts one
 * @param command the words of the command that starts a server
 * @param environment variables for that command, beside and before the platform's
 * @param stream a body whose reply is streamed
 * @param timeout how long a prediction may take
 * @param startTimeout how long a server may take until it is ready
 * @param loadTime how long load lasts; zero for none
 * @param resilience whether harm may be done to the server
 * @param hanging an instance that hangs the model; null if none is known
 * @param only the clauses to check; all if empty
 */
record Options(
    Optional<Address> url,
    List<String> command,
    Map<String, String> environment,
    String healthRoute,
    String predictRoute,
    Instances instances,
    Optional<Path> stream,
    Duration timeout,
    Duration startTimeout,
    Duration loadTime,
    boolean allowRemote,
    boolean resilience,
    @Nullable JsonNode hanging,
    Set<String> only) {

  /** The platform's limit for an answer of the health route (C1.31). */
  static final Duration HEALTH_TIME = Duration.ofSeconds(10);

  /** How long the platform lets a port stay closed: four tries, ten seconds apart (C1.22). */
  static final Duration PORT_TIME = Duration.ofSeconds(40);

  /** The same with no more than this time for a start. */
  Options startTimeoutAtMost(Duration time) {
    return new Options(
        url,
        command,
        environment,
        healthRoute,
        predictRoute,
        instances,
        stream,
        timeout,
        time.compareTo(startTimeout) < 0 ? time : startTimeout,
        loadTime,
        allowRemote,
        resilience,
        hanging,
        only);
  }

  Duration healthTimeout() {
    return timeout.compareTo(HEALTH_TIME) < 0 ? timeout : HEALTH_TIME;
  }

  boolean selects(Check check) {
    return only.isEmpty() || only.contains(check.clause());
  }
}
