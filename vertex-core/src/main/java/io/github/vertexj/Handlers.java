package io.github.vertexj;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The raw handlers of a server, by what they answer.
 *
 * <p>A request on the predict route goes to the handler of its media type, if there is one; a JSON
 * object without {@code instances} to that of its {@code @requestFormat} (C4.26). Other paths have
 * handlers of their own. Not thread-safe; filled once, by {@link PredictorProvider#register}.
 *
 * @param <I> an instance
 * @param <P> a prediction
 */
public final class Handlers<I, P> {
  private final Map<String, RawHandler<I, P>> mediaTypes = new LinkedHashMap<>();
  private final Map<String, RawHandler<I, P>> formats = new LinkedHashMap<>();
  private final Map<String, Map<String, RawHandler<I, P>>> routes = new LinkedHashMap<>();
  private @Nullable RawHandler<I, P> otherwise;

  /** Creates an empty register. */
  public Handlers() {}

  /**
   * Registers the handler of a media type on the predict route (C4.5).
   *
   * @param mediaType such as {@code image/jpeg}, {@code image/*} or {@code *}{@code /*}; the most
   *     particular one counts. {@code application/json}, which stands for no type at all too, takes
   *     the place of envelopes
   * @throws StartException if it is none, or has a handler already
   */
  public Handlers<I, P> onMediaType(String mediaType, RawHandler<I, P> handler) {
    String type = mediaType.trim().toLowerCase(Locale.ROOT);
    if (!type.matches("[^/\\s;]+/[^/\\s;]+")) {
      throw new StartException(
          "a handler's media type must be like image/jpeg, without parameters, not " + mediaType);
    }
    putOnce(mediaTypes, type, handler, "the media type " + type);
    return this;
  }

  /**
   * Registers the handler of a request format on the predict route: JSON with {@code
   * "@requestFormat": "<name>"}, as the whole body (C4.23) or as an instance (C4.24).
   *
   * @throws StartException if the format has a handler already
   */
  public Handlers<I, P> onFormat(String name, RawHandler<I, P> handler) {
    putOnce(formats, name, handler, "the request format " + name);
    return this;
  }

  /**
   * Registers the handler of a route of its own (C4.16).
   *
   * @param method {@code GET}, {@code POST}, …
   * @param path a literal path that begins with a slash, compared whole, with percent escapes
   *     undone
   * @throws StartException if the path is none, or has a handler of this method already
   */
  public Handlers<I, P> onRoute(String method, String path, RawHandler<I, P> handler) {
    if (!path.matches("/[^?#\\s]*")) {
      throw new StartException(
          "a handler's route must be a path such as /tokens, without query, not " + path);
    }
    if (!method.matches("[A-Z]+")) {
      throw new StartException("a handler's method must be like GET or POST, not " + method);
    }
    putOnce(
        routes.computeIfAbsent(path, unused -> new LinkedHashMap<>()),
        method,
        handler,
        method + " " + path);
    return this;
  }

  /**
   * Registers the handler of every path that nothing else answers, in place of the 404.
   *
   * @throws StartException if there is one already
   */
  public Handlers<I, P> otherwise(RawHandler<I, P> handler) {
    if (otherwise != null) {
      throw new StartException("two handlers are registered for all other paths; leave one");
    }
    otherwise = handler;
    return this;
  }

  private static <H> void putOnce(Map<String, H> handlers, String key, H handler, String what) {
    if (handlers.putIfAbsent(key, handler) != null) {
      throw new StartException("two handlers are registered for " + what + "; leave one");
    }
  }

  /** Whether nothing is registered. */
  public boolean empty() {
    return mediaTypes.isEmpty() && formats.isEmpty() && routes.isEmpty() && otherwise == null;
  }

  /** The handlers by media type, in lower case. */
  public Map<String, RawHandler<I, P>> mediaTypes() {
    return Collections.unmodifiableMap(mediaTypes);
  }

  /** The handlers by request format. */
  public Map<String, RawHandler<I, P>> formats() {
    return Collections.unmodifiableMap(formats);
  }

  /** The handlers by path and method. */
  public Map<String, Map<String, RawHandler<I, P>>> routes() {
    return Collections.unmodifiableMap(routes);
  }

  /** The handler of all other paths; null if there is none. */
  public @Nullable RawHandler<I, P> otherwise() {
    return otherwise;
  }
}
