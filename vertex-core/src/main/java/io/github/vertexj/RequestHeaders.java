package io.github.vertexj;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a request, by their names in any case.
 *
 * <p>As thread-safe as the function that they come from.
 */
public final class RequestHeaders {
  private final Function<String, @Nullable String> values;
  private final MediaType mediaType;

  /**
   * Creates headers.
   *
   * @param values returns the first value of a header by its name in any case; null if absent
   */
  public RequestHeaders(Function<String, @Nullable String> values) {
    this.values = values;
    this.mediaType = MediaType.of(values.apply("Content-Type"));
  }

  /** The first value of a header; null if absent. */
  public @Nullable String first(String name) {
    return values.apply(name);
  }

  /** What {@code Content-Type} says. */
  public MediaType mediaType() {
    return mediaType;
  }
}
