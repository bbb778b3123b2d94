package io.github.vertexj.env;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The two paths a model server answers: the health route and the predict route.
 *
 * <p>Routes are literals, compared whole with a request's path, case and trailing slash included;
 * never patterns, for the platform's default predict route holds a colon (C2.27). Percent escapes
 * are undone on both sides before they are compared, since a proxy may escape that colon. Both
 * routes may be the same path: GET and HEAD ask for health, POST predicts (C2.26). Immutable and
 * thread-safe.
 */
public final class Routes {
  /** What a request asks for. */
  public enum Match {
    /** The health route, by GET or HEAD. */
    HEALTH,
    /** The predict route, by POST. */
    PREDICT,
    /** Neither route: status 404. */
    NOT_FOUND,
    /** A route, but by a method it does not have: status 405 with {@link Routes#allow}. */
    METHOD_NOT_ALLOWED
  }

  private final String healthRoute;
  private final String predictRoute;
  private final Set<String> healthPaths;
  private final String predictPath;
  private final boolean healthByPost;

  private Routes(String healthRoute, String predictRoute) {
    this(healthRoute, predictRoute, Set.of(), false);
  }

  private Routes(
      String healthRoute, String predictRoute, Set<String> moreHealthPaths, boolean healthByPost) {
    this.healthRoute = healthRoute;
    this.predictRoute = predictRoute;
    this.healthPaths = new TreeSet<>(moreHealthPaths);
    this.healthByPost = healthByPost;
    healthPaths.add(unescaped(healthRoute));
    predictPath = unescaped(predictRoute);
  }

  /**
   * Returns two routes; a missing leading slash is added (C2.25).
   *
   * @throws IllegalArgumentException if no request could ever match one of them: an empty route, a
   *     whole URL, or one with a query, a fragment, white space or a control character
   */
  public static Routes of(String healthRoute, String predictRoute) {
    check("healthRoute", healthRoute);
    check("predictRoute", predictRoute);
    return new Routes(slashed(healthRoute), slashed(predictRoute));
  }

  /**
   * Returns the routes that the environment asks for.
   *
   * <p>A route that is not set is {@code /health} or {@code /predict}; on the platform it is the
   * documented default, made of the two ids (C2.20), and health then answers on both spellings that
   * the platform's pages give, with and without {@code :predict}.
   *
   * @throws InvalidEnvironmentException if a route can never match, or the platform set neither a
   *     route nor the ids
   */
  public static Routes from(Environment environment) {
    Optional<String> health = environment.healthRoute();
    Optional<String> predict = environment.predictRoute();
    health.ifPresent(route -> check("AIP_HEALTH_ROUTE", route));
    predict.ifPresent(route -> check("AIP_PREDICT_ROUTE", route));
    if (!environment.onPlatform() || (health.isPresent() && predict.isPresent())) {
      return new Routes(slashed(health.orElse("/health")), slashed(predict.orElse("/predict")));
    }
    String model = modelRoute(environment);
    return new Routes(
        slashed(health.orElse(model)),
        slashed(predict.orElse(model + ":predict")),
        health.isEmpty() ? Set.of(unescaped(model + ":predict")) : Set.of(),
        false);
  }

  private static String modelRoute(Environment environment) {
    if (environment.endpointId().isEmpty() || environment.deployedModelId().isEmpty()) {
      throw new InvalidEnvironmentException(
          "AIP_MODE is PREDICTION but a route is missing: set AIP_HEALTH_ROUTE and AIP_PREDICT_ROUTE,"
              + " or AIP_ENDPOINT_ID and AIP_DEPLOYED_MODEL_ID, of which the default routes are made");
    }
    String endpointId = environment.endpointId().get();
    String deployedModelId = environment.deployedModelId().get();
    check("AIP_ENDPOINT_ID", endpointId);
    check("AIP_DEPLOYED_MODEL_ID", deployedModelId);
    return "/v1/endpoints/" + endpointId + "/deployedModels/" + deployedModelId;
  }

  /**
   * Returns these routes, with health asked for by POST too, as some clients do; without effect
   * where that predicts.
   */
  public Routes withHealthByPost() {
    return new Routes(healthRoute, predictRoute, healthPaths, true);
  }

  /**
   * Says what a request asks for.
   *
   * @param method the request's method, as it came
   * @param path the path of the request's target, escaped as it came, without a query
   */
  public Match match(String method, String path) {
    Map<String, Match> methods = methods().get(unescaped(path));
    return methods == null
        ? Match.NOT_FOUND
        : methods.getOrDefault(method, Match.METHOD_NOT_ALLOWED);
  }

  /** What is asked for at each path, with percent escapes undone, by each method. */
  public Map<String, Map<String, Match>> methods() {
    Map<String, Map<String, Match>> all = new TreeMap<>();
    for (String path : healthPaths) {
      Map<String, Match> methods = all.computeIfAbsent(path, unused -> new TreeMap<>());
      methods.put("GET", Match.HEALTH);
      methods.put("HEAD", Match.HEALTH);
      if (healthByPost) {
        methods.put("POST", Match.HEALTH);
      }
    }
    all.computeIfAbsent(predictPath, unused -> new TreeMap<>()).put("POST", Match.PREDICT);
    return all;
  }

  /** The methods of the route at a path, as the {@code Allow} header lists them; empty if none. */
  public String allow(String path) {
    return String.join(", ", methods().getOrDefault(unescaped(path), Map.of()).keySet());
  }

  /** The path of health checks. */
  public String healthRoute() {
    return healthRoute;
  }

  /** The path of predictions. */
  public String predictRoute() {
    return predictRoute;
  }

  private static void check(String name, String route) {
    boolean path =
        !route.isEmpty()
            && !route.contains("://")
            && route.codePoints().noneMatch(Routes::outsideAnyPath);
    if (!path) {
      throw InvalidEnvironmentException.of(
          name,
          route,
          "a route is a path, such as /predict, without host, query, fragment, white space or control"
              + " characters");
    }
  }

  private static boolean outsideAnyPath(int character) {
    return character == '?'
        || character == '#'
        || Character.isWhitespace(character)
        || Character.isSpaceChar(character)
        || Character.isISOControl(character);
  }

  private static String slashed(String route) {
    return route.startsWith("/") ? route : "/" + route;
  }

  /** Undoes a path's percent escapes, as this class does before it compares. */
  public static String unescaped(String path) {
    if (path.indexOf('%') < 0) {
      return path;
    }
    try {
      return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return path; // a percent sign that begins no escape stands for itself
    }
  }

  @Override
  public String toString() {
    return "GET " + healthRoute + ", POST " + predictRoute;
  }
}
