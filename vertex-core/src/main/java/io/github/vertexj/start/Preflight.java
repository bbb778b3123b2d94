package io.github.vertexj.start;

import io.github.vertexj.Check;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.artifact.ModelDirectory;
import io.github.vertexj.env.Environment;
import io.github.vertexj.env.Routes;
import io.github.vertexj.envelope.JacksonVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The checks that tell, without loading a model, whether a server can start.
 *
 * <p>Each check is one line; a fault comes with what to change. Not thread-safe.
 */
public final class Preflight {
  private final List<Check> checks = new ArrayList<>();

  private Preflight() {}

  /**
   * Checks a provider and the model it is to load, with their environment.
   *
   * @param provider gives the provider; what it throws is the finding
   * @param origin where the model's files are
   */
  public static Preflight run(Origin origin, Supplier<PredictorProvider<?, ?>> provider) {
    Preflight preflight = new Preflight();
    Environment environment = origin.environment();
    preflight.check("port", () -> Integer.toString(environment.port()));
    preflight.check("Jackson", JacksonVersion::require);
    preflight.check("routes", () -> Routes.from(environment).toString());
    preflight.check(
        "predictor provider",
        () -> {
          PredictorProvider<?, ?> found = provider.get();
          preflight.check("model directory", () -> preflight.model(origin, found));
          return found.getClass().getName();
        });
    return preflight;
  }

  private String model(Origin origin, PredictorProvider<?, ?> provider) throws IOException {
    String files = origin.files();
    if (files != null && ModelDirectory.remote(files)) {
      checks.addAll(provider.checks(DeployedModel.of(null, Map.of())));
      return files + ", fetched at start, so not looked into";
    }
    FetchedModel fetched = FetchedModel.of(origin, provider, stage -> {});
    fetched.properties().over(ServingSettings.DEFAULT);
    checks.addAll(provider.checks(fetched.model()));
    Path directory = fetched.model().directory();
    return directory == null ? "none: the model has no artifacts" : directory.toString();
  }

  /** A look at something: what it returns is the finding, what it throws the fault. */
  private interface Look {
    String run() throws IOException;
  }

  private void check(String subject, Look look) {
    int place = checks.size();
    Check check;
    try {
      check = Check.passed(subject, look.run());
    } catch (IOException | RuntimeException e) {
      check = Check.failed(subject, String.valueOf(e.getMessage()), "");
    }
    checks.add(place, check); // before what the look itself has added
  }

  /** The checks in the order they were made. */
  public List<Check> checks() {
    return Collections.unmodifiableList(checks);
  }

  /** Whether the server can start. */
  public boolean passed() {
    return checks.stream().noneMatch(check -> check.verdict() == Check.Verdict.FAILED);
  }

  /** Returns the report: a line per check, what to change for each fault, and a verdict. */
  public String report() {
    StringBuilder report = new StringBuilder();
    for (Check check : checks) {
      report.append("%-7s %s: %s%n".formatted(label(check), check.subject(), check.finding()));
      if (!check.remedy().isEmpty()) {
        report.append("        -> %s%n".formatted(check.remedy()));
      }
    }
    return report
        .append(passed() ? "The server can start." : "The server cannot start.")
        .toString();
  }

  private static String label(Check check) {
    return switch (check.verdict()) {
      case PASSED -> "ok";
      case WARNED -> "warning";
      case FAILED -> "FAULT";
    };
  }
}
