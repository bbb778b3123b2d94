package io.github.vertexj.tensor;

import io.github.vertexj.json.JsonPath;
import org.jspecify.annotations.Nullable;

/**
 * Where in a request a tensor lies, printed only when something is wrong there.
 *
 * <p>Not thread-safe.
 */
public final class TensorPath {
  private final String array;
  private int index;
  private @Nullable String name;
  private String field = "";

  /** Creates a path into one of the request's arrays, such as {@code instances}. */
  public TensorPath(String array) {
    this.array = array;
  }

  /** Moves to an element of the array. */
  public void instance(int place) {
    index = place;
    name = null;
    field = "";
  }

  /** Moves to a named tensor of the instance; null to the instance itself. */
  public void tensor(@Nullable String tensorName) {
    name = tensorName;
    field = "";
  }

  /** Moves to a field of the tensor's object form; empty to the tensor itself. */
  public void field(String formField) {
    field = formField;
  }

  @Override
  public String toString() {
    return "$."
        + array
        + "["
        + index
        + "]"
        + (name == null ? "" : JsonPath.clientField(name))
        + (field.isEmpty() ? "" : JsonPath.clientField(field));
  }
}
