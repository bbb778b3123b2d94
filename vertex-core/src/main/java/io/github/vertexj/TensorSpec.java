package io.github.vertexj;

import org.jspecify.annotations.Nullable;

/**
 * What a tensor of an instance must look like.
 *
 * <p>The shape is that of one instance, without the batch dimension. Immutable and thread-safe.
 *
 * @param name the tensor's name; empty for the only tensor of an instance
 * @param type the element type that numbers are read as
 * @param shape the shape wanted, where {@link Shape#ANY} matches any size; null for any shape
 */
public record TensorSpec(String name, TensorType type, @Nullable Shape shape) {

  /** Returns the specification of an unnamed tensor of any shape. */
  public static TensorSpec of(TensorType type) {
    return new TensorSpec("", type, null);
  }

  /** Returns the specification of an unnamed tensor. */
  public static TensorSpec of(TensorType type, int... shape) {
    return new TensorSpec("", type, Shape.of(shape));
  }

  /** Returns this specification with a name. */
  public TensorSpec named(String newName) {
    return new TensorSpec(newName, type, shape);
  }

  /** Prints as {@code name:float32[8, 8]}. */
  @Override
  public String toString() {
    return (name.isEmpty() ? "" : name + ":") + type + (shape == null ? "" : shape);
  }
}
