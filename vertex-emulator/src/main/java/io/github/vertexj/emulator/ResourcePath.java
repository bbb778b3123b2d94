package io.github.vertexj.emulator;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A path of the platform's API that names an endpoint, taken apart.
 *
 * @param deployedModelId the deployed model that the path pins (C4.16), or null
 * @param method what follows the endpoint: empty, {@code :predict}, {@code /invoke/…}, …
 */
record ResourcePath(
    String project,
    String location,
    String endpointId,
    @Nullable String deployedModelId,
    String method) {
  private static final Pattern ENDPOINT =
      Pattern.compile(
          "/(?:v1|v1beta1)/projects/([^/]+)/locations/([^/]+)/endpoints/([^/:]+)"
              + "(?:/deployedModels/([^/:]+))?(|:[^/]*|/.*)");

  /** Takes an escaped path apart; empty if it names no endpoint. */
  static Optional<ResourcePath> of(String path) {
    // Some clients escape the colon before the method.
    Matcher matcher = ENDPOINT.matcher(path.replaceFirst("%3[aA](?=[A-Za-z]+$)", ":"));
    return matcher.matches()
        ? Optional.of(
            new ResourcePath(
                matcher.group(1),
                matcher.group(2),
                matcher.group(3),
                matcher.group(4),
                matcher.group(5)))
        : Optional.empty();
  }
}
