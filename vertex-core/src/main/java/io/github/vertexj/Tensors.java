package io.github.vertexj;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The tensors that make up one instance or one prediction: a single one, several in order, or
 * several by name.
 *
 * <p>In JSON a single tensor is its nested numbers, several in order are an array of those, several
 * by name are an object. Immutable; thread-safe for reading.
 */
public final class Tensors {
  private final Form form;
  private final List<String> names;
  private final List<Tensor> tensors;

  private Tensors(Form form, List<String> names, List<Tensor> tensors) {
    this.form = form;
    this.names = names;
    this.tensors = tensors;
  }

  /** How a group of tensors is put together. */
  public enum Form {
    /** Exactly one tensor, without a name. */
    SINGLE,
    /** Any number of tensors in order, without names. */
    ORDERED,
    /** Any number of tensors by name, in order. */
    NAMED
  }

  /** Returns a single tensor. */
  public static Tensors of(Tensor tensor) {
    return new Tensors(Form.SINGLE, List.of(), List.of(tensor));
  }

  /** Returns tensors in order. */
  public static Tensors ordered(List<Tensor> tensors) {
    return new Tensors(Form.ORDERED, List.of(), List.copyOf(tensors));
  }

  /** Returns tensors by name, in the map's order. */
  public static Tensors named(Map<String, Tensor> tensors) {
    return named(List.copyOf(tensors.keySet()), List.copyOf(tensors.values()));
  }

  /**
   * Returns tensors by name.
   *
   * @param names names without a repetition, as many as tensors
   */
  public static Tensors named(List<String> names, List<Tensor> tensors) {
    if (names.size() != tensors.size()) {
      throw new IllegalArgumentException(
          names.size() + " names for " + tensors.size() + " tensors");
    }
    return new Tensors(Form.NAMED, List.copyOf(names), List.copyOf(tensors));
  }

  /** How the tensors are put together. */
  public Form form() {
    return form;
  }

  /** The number of tensors. */
  public int size() {
    return tensors.size();
  }

  /** The names in order; empty unless {@link Form#NAMED}. */
  public List<String> names() {
    return names;
  }

  /** The tensors in order. */
  public List<Tensor> list() {
    return tensors;
  }

  /** The tensor at a place. */
  public Tensor get(int index) {
    return tensors.get(index);
  }

  /**
   * The tensor of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Tensor get(String name) {
    int index = names.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException("no tensor " + name + " among " + names);
    }
    return tensors.get(index);
  }

  /**
   * Whether two groups can be stacked into one batch: same form, names in the same order, types and
   * shapes.
   */
  public boolean stackableWith(Tensors other) {
    if (form != other.form || !names.equals(other.names) || size() != other.size()) {
      return false;
    }
    for (int i = 0; i < tensors.size(); i++) {
      Tensor mine = tensors.get(i);
      Tensor theirs = other.tensors.get(i);
      if (mine.type() != theirs.type() || !Objects.equals(mine.shape(), theirs.shape())) {
        return false;
      }
    }
    return true;
  }

  /** Prints forms, types and shapes, never the elements. */
  @Override
  public String toString() {
    return "Tensors" + (form == Form.NAMED ? names.toString() + tensors : tensors.toString());
  }
}
