package io.github.vertexj.serving;

import io.github.vertexj.Handlers;
import io.github.vertexj.RawHandler;
import io.github.vertexj.StartException;
import io.github.vertexj.env.Routes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The paths of raw handlers, beside the two routes.
 *
 * <p>They are compared as the routes are: whole, with percent escapes undone. Immutable and
 * thread-safe.
 */
final class Paths<I, P> {
  private final Map<String, Map<String, RawHandler<I, P>>> handlers = new TreeMap<>();
  private final @Nullable RawHandler<I, P> otherwise;

  /**
   * Takes the paths of handlers.
   *
   * @throws StartException if one is a route, or two are the same
   */
  Paths(Handlers<I, P> registered, Routes routes) {
    otherwise = registered.otherwise();
    registered.routes().forEach((path, byMethod) -> add(path, byMethod, routes));
  }

  private void add(String path, Map<String, RawHandler<I, P>> byMethod, Routes routes) {
    if (routes.taken(path)) {
      throw new StartException(
          "a handler is registered for %s, which is the health or the predict route (%s); give it another path"
              .formatted(path, routes));
    }
    if (handlers.putIfAbsent(Routes.unescaped(path), new TreeMap<>(byMethod)) != null) {
      throw new StartException("two handlers' routes are the same path, %s".formatted(path));
    }
  }

  /** The handler of a method and a path that is no route; null if there is none. */
  @Nullable RawHandler<I, P> find(String method, String path) {
    if (handlers.isEmpty()) {
      return otherwise;
    }
    Map<String, RawHandler<I, P>> byMethod = handlers.get(Routes.unescaped(path));
    return byMethod == null ? otherwise : byMethod.get(method);
  }

  /** The methods of a path that has handlers, as the {@code Allow} header lists them; or empty. */
  String allow(String path) {
    Map<String, RawHandler<I, P>> byMethod = handlers.get(Routes.unescaped(path));
    return byMethod == null ? "" : String.join(", ", byMethod.keySet());
  }

  /** The paths that have handlers, with percent escapes undone. */
  Set<String> all() {
    return Collections.unmodifiableSet(handlers.keySet());
  }

  /** Lists methods and paths. */
  @Override
  public String toString() {
    List<String> all = new ArrayList<>();
    handlers.forEach((path, byMethod) -> byMethod.keySet().forEach(m -> all.add(m + " " + path)));
    return String.join(", ", all);
  }
}
