package io.github.vertexj.client;

import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.json.JsonRules;
import io.github.vertexj.json.JsonScanner;
import org.jspecify.annotations.Nullable;

/**
 * Errors in the places of predictions, <code>{"error": "…"}</code>, as a container with {@code
 * instance_errors=in_place} answers.
 */
final class ErrorsInPlace {
  private ErrorsInPlace() {}

  /**
   * Refuses a reply that holds any; what is wrong with it otherwise is left to its reader.
   *
   * @throws EndpointException that says which instances failed
   */
  static void refuse(Part part, byte[] body) {
    EndpointException found;
    try {
      found = find(part, new JsonScanner(body, 0, body.length, JsonRules.DEFAULT));
    } catch (BadBodyException leftToItsReader) {
      return;
    }
    if (found != null) {
      throw found;
    }
  }

  private static @Nullable EndpointException find(Part part, JsonScanner in) {
    EndpointException found = null;
    for (boolean more = in.peek() == '{' && in.enter('{'); more; more = in.next('}')) {
      in.name();
      if (in.string().is("predictions") && in.peek() == '[') {
        int place = part.first();
        for (boolean next = in.enter('['); next; next = in.next(']')) {
          String error = errorAt(in);
          if (error != null) {
            found = found == null ? EndpointException.answered(200, error) : found;
            found.instanceError(place, error);
          }
          place++;
        }
      } else {
        in.peek();
        in.skipValue();
      }
    }
    return found;
  }

  /** Passes a value, and returns the only field of an object if that is an error's text. */
  private static @Nullable String errorAt(JsonScanner in) {
    if (in.peek() != '{') {
      in.skipValue();
      return null;
    }
    String error = null;
    int fields = 0;
    for (boolean more = in.enter('{'); more; more = in.next('}')) {
      in.name();
      fields++;
      if (in.string().is("error") && in.peek() == '"') {
        in.string().scan();
        error = in.string().text();
      } else {
        in.peek();
        in.skipValue();
      }
    }
    return fields == 1 ? error : null;
  }
}
