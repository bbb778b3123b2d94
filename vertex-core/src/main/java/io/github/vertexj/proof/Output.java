package io.github.vertexj.proof;

import io.github.vertexj.Tensor;
import java.util.List;
import java.util.Objects;

/**
 * What a model answered to a call, in its own structure: a tensor, several outputs in order or by
 * name, or nothing.
 *
 * <p>Immutable; thread-safe for reading.
 */
public sealed interface Output {

  /** A tensor. */
  record One(Tensor tensor) implements Output {}

  /**
   * Several outputs.
   *
   * @param names as many as parts if they have names, else empty
   */
  record Several(Form form, List<String> names, List<Output> parts) implements Output {
    /** Checks that there is a name for each part, or none at all. */
    public Several {
      names = List.copyOf(names);
      parts = List.copyOf(parts);
      if (names.size() != (form == Form.NAMED ? parts.size() : 0)) {
        throw new IllegalArgumentException(names.size() + " names, " + parts.size() + " outputs");
      }
    }

    /** The name of a part within an output of a name. */
    String name(String name, int part) {
      String own = form == Form.NAMED ? names.get(part) : Integer.toString(part);
      return name.isEmpty() ? own : name + "." + own;
    }

    boolean sameForm(Several other) {
      return form == other.form && names.equals(other.names) && parts.size() == other.parts.size();
    }
  }

  /** No value, as Python's {@code None}. */
  record Nothing() implements Output {}

  /** How several outputs are put together. */
  enum Form {
    /** As many as there happen to be, such as one for each instance. */
    LIST,
    /** Always as many, in order. */
    TUPLE,
    /** Always the same names. */
    NAMED
  }

  /** Returns an output that is a tensor. */
  static Output of(Tensor tensor) {
    return new One(Objects.requireNonNull(tensor, "tensor"));
  }

  /** Returns a list, whose length may be that of the batch. */
  static Output list(List<Output> parts) {
    return new Several(Form.LIST, List.of(), parts);
  }

  /** Returns a tuple. */
  static Output tuple(List<Output> parts) {
    return new Several(Form.TUPLE, List.of(), parts);
  }

  /** Returns outputs by name. */
  static Output named(List<String> names, List<Output> parts) {
    return new Several(Form.NAMED, names, parts);
  }

  /** Returns an output without a value. */
  static Output nothing() {
    return new Nothing();
  }
}
