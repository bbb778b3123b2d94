package io.github.vertexj.djl;

import io.github.vertexj.InstanceReader;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the tensors of an instance: their names, types and shapes, and what of it a
 * request must keep to.
 *
 * <p>Immutable and thread-safe.
 *
 * @param specs the tensors by name, as far as they are known
 * @param optional the names of those that may be left out
 * @param numbers the type that JSON numbers are read as where there is no specification
 * @param floating the only floating-point type of the weights; null if not known
 * @param declared whether the types are those of {@code option.inputs}; if not, a request may name
 *     any
 * @param limits of whole numbers
 */
record InputTypes(
    List<TensorSpec> specs,
    Set<String> optional,
    TensorType numbers,
    @Nullable TensorType floating,
    boolean declared,
    InputLimits limits) {

  /** The tensors that have to be given, without a name if it is the first alone. */
  List<TensorSpec> required() {
    List<TensorSpec> required =
        specs.stream().filter(spec -> !optional.contains(spec.name())).toList();
    return required.size() == 1 && required.get(0).equals(specs.get(0))
        ? List.of(required.get(0).named(""))
        : required;
  }

  /** The same with types that were found out. */
  InputTypes found(List<TensorSpec> found) {
    List<TensorSpec> typed = new ArrayList<>();
    boolean alone = found.size() == 1 && found.get(0).name().isEmpty();
    for (TensorSpec spec : specs) {
      TensorType type =
          found.stream()
              .filter(
                  other -> other.name().equals(spec.name()) || (alone && spec.equals(specs.get(0))))
              .map(TensorSpec::type)
              .findFirst()
              .orElse(spec.type());
      typed.add(new TensorSpec(spec.name(), type, spec.shape()));
    }
    return new InputTypes(typed, optional, numbers, floating, declared, limits);
  }

  /** How requests are read. */
  InstanceReader<Tensors> reader() {
    return new InstanceReader.TensorGroup(specs, optional, numbers, !declared);
  }

  /**
   * Returns instances in the types that the model takes.
   *
   * @throws InvalidInputException of the first that does not fit, or holds a number beyond a limit
   */
  List<Tensors> convert(List<Tensors> given) {
    List<Tensors> instances = named(given) ? withoutName(given) : given;
    Tensors first = instances.get(0);
    boolean as = true;
    for (int i = 0; i < first.size() && as; i++) {
      as = first.get(i).type() == wanted(first, i);
    }
    List<Tensors> converted = as ? instances : converted(instances);
    limits.check(converted);
    return converted;
  }

  /** Whether instances give by its name the one tensor that could come without. */
  private boolean named(List<Tensors> instances) {
    Tensors first = instances.get(0);
    return first.form() == Tensors.Form.NAMED
        && first.size() == 1
        && !specs.isEmpty()
        && specs.get(0).name().equals(first.names().get(0));
  }

  private static List<Tensors> withoutName(List<Tensors> instances) {
    return instances.stream().map(instance -> Tensors.of(instance.get(0))).toList();
  }

  private List<Tensors> converted(List<Tensors> instances) {
    List<Tensors> converted = new ArrayList<>(instances.size());
    for (Tensors instance : instances) {
      List<Tensor> tensors = new ArrayList<>(instance.size());
      for (int i = 0; i < instance.size(); i++) {
        try {
          tensors.add(instance.get(i).to(wanted(instance, i)));
        } catch (IllegalArgumentException unfit) {
          throw InvalidInputException.at(converted.size(), String.valueOf(unfit.getMessage()));
        }
      }
      converted.add(
          switch (instance.form()) {
            case SINGLE -> Tensors.of(tensors.get(0));
            case ORDERED -> Tensors.ordered(tensors);
            case NAMED -> Tensors.named(instance.names(), tensors);
          });
    }
    return converted;
  }

  /** The type that a tensor of an instance must have. */
  private TensorType wanted(Tensors instance, int index) {
    TensorType given = instance.get(index).type();
    TensorSpec spec = spec(instance, index);
    if (spec != null && declared) {
      return spec.type();
    }
    return floating != null && given.floating() ? floating : given;
  }

  private @Nullable TensorSpec spec(Tensors instance, int index) {
    boolean named = instance.form() == Tensors.Form.NAMED;
    String name = named ? instance.names().get(index) : "";
    for (TensorSpec spec : specs) {
      if (named && spec.name().equals(name)) {
        return spec;
      }
    }
    return index < specs.size() && (!named || specs.size() == 1) ? specs.get(index) : null;
  }

  /** Whether the caller chose a type that JSON numbers are not read as. */
  boolean chosenByCaller(Tensors instance) {
    for (int i = 0; i < instance.size(); i++) {
      TensorSpec spec = spec(instance, i);
      if (instance.get(i).type() != (spec == null ? numbers : spec.type())) {
        return true;
      }
    }
    return false;
  }
}
