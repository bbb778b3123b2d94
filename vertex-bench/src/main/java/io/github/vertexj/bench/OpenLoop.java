package io.github.vertexj.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.hyperfoil.api.config.Benchmark;
import io.hyperfoil.api.config.BenchmarkBuilder;
import io.hyperfoil.api.config.SessionLimitPolicy;
import io.hyperfoil.api.statistics.StatisticsSnapshot;
import io.hyperfoil.core.impl.LocalSimulationRunner;
import io.hyperfoil.http.api.HttpMethod;
import io.hyperfoil.http.config.HttpPluginBuilder;
import io.hyperfoil.http.steps.HttpStepCatalog;

/**
 * The load generator Hyperfoil: requests come at random times at a given mean rate, whether earlier
 * ones are answered or not, as from many independent clients. So a stall of the server is felt by
 * all who come meanwhile, and counted (no coordinated omission).
 */
final class OpenLoop {
  private static final int CLIENTS = 512;
  private static final String METRIC = "predict";

  private OpenLoop() {}

  /**
   * What a run came to; times in milliseconds.
   *
   * @param answered the share of requests that got a 200; below 1 the server was overloaded
   */
  record Outcome(double rate, double p50, double p99, double p999, double answered) {}

  /** Sends requests of so many instances at a mean rate. */
  static Outcome run(int port, int instances, double rate, int seconds) {
    StatisticsSnapshot all = new StatisticsSnapshot();
    new LocalSimulationRunner(
            benchmark(port, instances, rate, seconds),
            (phase, step, metric, snapshot, countDown) -> {
              synchronized (all) {
                all.add(snapshot);
              }
            },
            null,
            null)
        .run();
    double sent = Math.max(1, all.requestCount + all.connectionErrors);
    return new Outcome(
        rate,
        millis(all, 50),
        millis(all, 99),
        millis(all, 99.9),
        (all.responseCount - all.invalid) / Math.max(sent, rate * seconds * 0.9));
  }

  private static Benchmark benchmark(int port, int instances, double rate, int seconds) {
    BenchmarkBuilder builder = BenchmarkBuilder.builder().name("open").threads(1);
    builder
        .addPlugin(HttpPluginBuilder::new)
        .http()
        .host(Setting.HOST)
        .port(port)
        .allowHttp2(false)
        .sharedConnections(CLIENTS)
        .endHttp();
    builder
        .addPhase("load")
        .constantRate(0)
        .usersPerSec(rate)
        .variance(true)
        .maxSessions(CLIENTS)
        .sessionLimitPolicy(SessionLimitPolicy.CONTINUE)
        .duration(seconds * 1000L)
        .maxDuration(seconds * 1000L + 5000)
        .scenario()
        .initialSequence("predict")
        .step(HttpStepCatalog.SC)
        .httpRequest(HttpMethod.POST)
        .path("/predict")
        .metric(METRIC)
        .headers()
        .header("content-type", "application/json")
        .endHeaders()
        .body(new String(Workload.MLP.body(instances).bytes(), US_ASCII));
    return builder.build();
  }

  private static double millis(StatisticsSnapshot all, double percentile) {
    return all.histogram.getValueAtPercentile(percentile) / 1e6;
  }
}
