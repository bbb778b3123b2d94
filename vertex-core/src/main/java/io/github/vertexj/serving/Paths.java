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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is served at which path, by which method: the two routes, and the paths of raw handlers.
 *
 * <p>Paths are compared whole, with percent escapes undone. Filled once, then thread-safe.
 *
 * @param <T> what a request is for
 */
final class Paths<T> {
  private final Routes routes;
  private final Map<String, Map<String, T>> ofRoutes = new TreeMap<>();
  private final Map<String, Map<String, T>> ofHandlers = new TreeMap<>();
  private @Nullable T otherwise;

  /** Takes the two routes. */
  Paths(Routes routes, Function<Routes.Match, T> targets) {
    this.routes = routes;
    routes
        .methods()
        .forEach(
            (path, methods) ->
                methods.forEach(
                    (method, match) ->
                        ofRoutes
                            .computeIfAbsent(path, unused -> new TreeMap<>())
                            .put(method, targets.apply(match))));
  }

  /**
   * Takes the paths of handlers.
   *
   * @throws StartException if one is a route, or two are the same
   */
  <I, P> void add(Handlers<I, P> handlers, Function<RawHandler<I, P>, T> targets) {
    handlers.routes().forEach((path, byMethod) -> add(path, byMethod, targets));
    otherwise = handlers.otherwise() == null ? null : targets.apply(handlers.otherwise());
  }

  private <I, P> void add(
      String path, Map<String, RawHandler<I, P>> byMethod, Function<RawHandler<I, P>, T> targets) {
    String unescaped = Routes.unescaped(path);
    if (ofRoutes.containsKey(unescaped)) {
      throw new StartException(
          "a handler is registered for %s, which is the health or the predict route (%s); give it another path"
              .formatted(path, routes));
    }
    Map<String, T> methods = new TreeMap<>();
    byMethod.forEach((method, handler) -> methods.put(method, targets.apply(handler)));
    if (ofHandlers.putIfAbsent(unescaped, methods) != null) {
      throw new StartException("two handlers' routes are the same path, %s".formatted(path));
    }
  }

  /**
   * Returns what a path serves.
   *
   * @return by method; null if nothing in particular
   */
  @Nullable Map<String, T> find(String path) {
    String unescaped = Routes.unescaped(path);
    Map<String, T> route = ofRoutes.get(unescaped);
    return route == null ? ofHandlers.get(unescaped) : route;
  }

  /** What all other paths serve; null if nothing. */
  @Nullable T otherwise() {
    return otherwise;
  }

  /** The paths that have handlers, with percent escapes undone. */
  Set<String> ofHandlers() {
    return Collections.unmodifiableSet(ofHandlers.keySet());
  }

  /** Lists methods and paths. */
  @Override
  public String toString() {
    List<String> all = new ArrayList<>(List.of(routes.toString()));
    ofHandlers.forEach((path, methods) -> methods.keySet().forEach(m -> all.add(m + " " + path)));
    return String.join(", ", all);
  }
}
