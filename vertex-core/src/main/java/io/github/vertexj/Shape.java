package io.github.vertexj;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The sizes of a tensor's dimensions, outermost first.
 *
 * <p>A scalar has rank 0. In a {@link TensorSpec} a dimension may be {@link #ANY}. Immutable and
 * thread-safe.
 */
public final class Shape {
  /** A dimension of a {@link TensorSpec} that may have any size. */
  public static final int ANY = -1;

  /** The shape of a single number. */
  public static final Shape SCALAR = new Shape(new int[0]);

  private final int[] dimensions;

  private Shape(int[] dimensions) {
    this.dimensions = dimensions;
  }

  /**
   * Returns a shape.
   *
   * @throws IllegalArgumentException if a dimension is below {@link #ANY}, or the elements are more
   *     than an {@code int} can count
   */
  public static Shape of(int... dimensions) {
    long elements = 1;
    for (int dimension : dimensions) {
      if (dimension < ANY) {
        throw new IllegalArgumentException("a dimension cannot be " + dimension);
      }
      elements *= Math.max(dimension, 1);
      if (elements > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("a tensor has at most 2^31 - 1 elements");
      }
    }
    return dimensions.length == 0 ? SCALAR : new Shape(dimensions.clone());
  }

  /** The number of dimensions. */
  public int rank() {
    return dimensions.length;
  }

  /** The size of one dimension; {@link #ANY} only in a specification. */
  public int dimension(int axis) {
    return dimensions[axis];
  }

  /** The number of elements; 1 for a scalar, 0 if a dimension is 0. */
  public int elements() {
    int elements = 1;
    for (int dimension : dimensions) {
      elements *= dimension;
    }
    return elements;
  }

  /** Whether no dimension is {@link #ANY}. */
  public boolean fixed() {
    return Arrays.stream(dimensions).allMatch(dimension -> dimension >= 0);
  }

  /** Whether a concrete shape fits this one, dimension by dimension. */
  public boolean accepts(Shape concrete) {
    if (rank() != concrete.rank()) {
      return false;
    }
    for (int axis = 0; axis < dimensions.length; axis++) {
      if (dimensions[axis] != ANY && dimensions[axis] != concrete.dimensions[axis]) {
        return false;
      }
    }
    return true;
  }

  /** Returns this shape with one more dimension in front, as a batch of it has. */
  public Shape prepend(int dimension) {
    int[] longer = new int[dimensions.length + 1];
    longer[0] = dimension;
    System.arraycopy(dimensions, 0, longer, 1, dimensions.length);
    return of(longer);
  }

  /** Returns this shape without its first dimension. */
  public Shape dropFirst() {
    return of(Arrays.copyOfRange(dimensions, 1, dimensions.length));
  }

  /** A copy of the dimensions. */
  public int[] toArray() {
    return dimensions.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape that && Arrays.equals(dimensions, that.dimensions);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dimensions);
  }

  /** Prints as {@code [2, 3]}, with {@code *} for any size. */
  @Override
  public String toString() {
    return Arrays.stream(dimensions)
        .mapToObj(dimension -> dimension == ANY ? "*" : Integer.toString(dimension))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
