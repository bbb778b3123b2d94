package io.github.vertexj;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A description of how one instance is read from JSON.
 *
 * <p>It is a value: the envelope codec does the reading. Immutable and thread-safe, as long as a
 * {@link Streaming} function is.
 *
 * @param <I> an instance
 */
public sealed interface InstanceReader<I> {

  /**
   * Returns the reader for a class: {@link Tensor} and {@link Tensors} as float32 of any shape, all
   * else by Jackson databind, where {@code {"b64": "…"}} alone stands for bytes (C3.10).
   */
  @SuppressWarnings("unchecked") // ofType answers for exactly this class
  static <I> InstanceReader<I> of(Class<I> type) {
    return (InstanceReader<I>) ofType(type);
  }

  /** Returns the reader for a generic type, such as {@code List<String>}. */
  @SuppressWarnings("unchecked") // as above
  static <I> InstanceReader<I> of(TypeReference<I> type) {
    return (InstanceReader<I>) ofType(type.getType());
  }

  /** Returns the reader of instances that are one tensor each. */
  static InstanceReader<Tensor> tensor(TensorSpec spec) {
    return new SingleTensor(spec);
  }

  /**
   * Returns the reader of instances that are one or several tensors.
   *
   * @param specs the tensors by name; none means that any names are taken, all as float32
   */
  static InstanceReader<Tensors> tensors(List<TensorSpec> specs) {
    return new TensorGroup(specs, Set.of(), TensorType.FLOAT32, specs.isEmpty());
  }

  /** Returns a reader that drives Jackson's parser itself. */
  static <I> InstanceReader<I> streaming(Streaming.Function<I> function) {
    return new Streaming<>(function);
  }

  /** Returns the reader for a type known only at run time; the caller vouches for {@code I}. */
  static InstanceReader<?> ofType(Type type) {
    Class<?> raw =
        type instanceof Class<?> known
            ? known
            : type instanceof com.fasterxml.jackson.databind.JavaType known
                ? known.getRawClass()
                : Object.class;
    if (raw == Tensor.class) {
      return tensor(TensorSpec.of(TensorType.FLOAT32));
    }
    if (raw == Tensors.class) {
      return tensors(List.of());
    }
    return new Databind<>(type);
  }

  /** Reads by Jackson databind. */
  record Databind<I>(Type type) implements InstanceReader<I> {}

  /** Reads one tensor. */
  record SingleTensor(TensorSpec spec) implements InstanceReader<Tensor> {}

  /**
   * Reads a group of tensors.
   *
   * @param specs the tensors by name, the first of which may come alone and without one if no other
   *     has to be given; none means that any names are taken
   * @param optional the names of those that may be left out
   * @param numbers what JSON numbers are read as where there are no specifications
   * @param anyType whether a request that names the type of its elements may name any; if not, only
   *     one that {@linkplain TensorType#fits fits}
   */
  record TensorGroup(
      List<TensorSpec> specs, Set<String> optional, TensorType numbers, boolean anyType)
      implements InstanceReader<Tensors> {
    /** Copies the collections. */
    public TensorGroup {
      specs = List.copyOf(specs);
      optional = Set.copyOf(optional);
    }

    /** The specification of a tensor that comes alone; null if several have to be given. */
    public @Nullable TensorSpec alone() {
      List<TensorSpec> required =
          specs.stream().filter(spec -> !optional.contains(spec.name())).toList();
      return specs.isEmpty()
          ? TensorSpec.of(numbers)
          : required.isEmpty() || required.equals(specs.subList(0, 1)) ? specs.get(0) : null;
    }
  }

  /** Reads by a function over Jackson's parser. */
  record Streaming<I>(Function<I> function) implements InstanceReader<I> {

    /** A function that reads one instance. */
    @FunctionalInterface
    public interface Function<I> {
      /**
       * Reads the value on whose first token the parser stands, and leaves the parser on its last.
       *
       * @throws InvalidInputException if the value is JSON but no instance
       */
      @Nullable I read(JsonParser parser) throws IOException;
    }
  }
}
