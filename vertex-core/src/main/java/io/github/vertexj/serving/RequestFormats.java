package io.github.vertexj.serving;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.vertexj.InstanceErrors;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.RawHandler;
import io.github.vertexj.RawRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The handlers of request formats, which a body names in its member {@code @requestFormat}: at the
 * top (C4.23), or in each instance of an envelope (C4.24).
 *
 * <p>Immutable and thread-safe.
 */
final class RequestFormats<I, P> {
  static final String MEMBER = "@requestFormat";
  private static final ByteBuffer MEMBER_BYTES =
      ByteBuffer.wrap(MEMBER.getBytes(StandardCharsets.US_ASCII));

  private final Map<String, RawHandler<I, P>> handlers;
  private final HandlerThreads threads;

  RequestFormats(Map<String, RawHandler<I, P>> handlers, HandlerThreads threads) {
    this.handlers = handlers;
    this.threads = threads;
  }

  /** Whether there are none. */
  boolean isEmpty() {
    return handlers.isEmpty();
  }

  /**
   * Returns what answers a request whose body names formats; null for any other, also if it is no
   * JSON.
   *
   * @param errors what becomes of instances at fault
   */
  @Nullable RawHandler<I, P> find(RawRequest request, InstanceErrors errors) {
    if (!mentioned(request.body())) {
      return null;
    }
    JsonNode json;
    try {
      json = request.json();
    } catch (InvalidInputException malformed) {
      return null; // the envelope's reader says more of it
    }
    JsonNode instances = json.get("instances");
    if (instances == null) {
      return json.has(MEMBER) ? handler(json, "$") : null;
    }
    return anyNamesFormat(instances)
        ? new FormattedInstances<>(instances, this, threads, errors)
        : null;
  }

  private static boolean mentioned(ByteBuffer body) {
    int last = body.limit() - MEMBER_BYTES.limit();
    for (int at = body.position(); at <= last; at++) {
      if (body.get(at) == '@' && body.slice(at, MEMBER_BYTES.limit()).equals(MEMBER_BYTES)) {
        return true;
      }
    }
    return false;
  }

  private static boolean anyNamesFormat(JsonNode instances) {
    for (JsonNode instance : instances) {
      if (instance.has(MEMBER)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the handler that a JSON object names.
   *
   * @param place the object's, for the message
   * @throws InvalidInputException if it names none that is known
   */
  RawHandler<I, P> handler(JsonNode json, String place) {
    RawHandler<I, P> handler = handlers.get(json.path(MEMBER).asText());
    if (handler == null) {
      throw new InvalidInputException(
          "one of the request formats %s is wanted, at %s.%s"
              .formatted(new TreeSet<>(handlers.keySet()), place, MEMBER));
    }
    return handler;
  }
}
