package io.github.vertexj.djl;

import java.util.List;
import java.util.stream.Collectors;

/** A type as TorchScript writes it, such as {@code Dict[str, List[Tensor]]}. Immutable. */
record ScriptType(String name, List<ScriptType> arguments) {
  static final ScriptType TENSOR = new ScriptType("Tensor", List.of());

  ScriptType {
    arguments = List.copyOf(arguments);
  }

  /** Whether a tensor can be passed where this is declared. */
  boolean takesTensor() {
    return switch (name) {
      case "Tensor", "Any" -> true;
      case "Optional", "Union" -> arguments.stream().anyMatch(ScriptType::takesTensor);
      default -> false;
    };
  }

  /** Whether None can be passed. */
  boolean takesNone() {
    return switch (name) {
      case "NoneType", "Any", "Optional" -> true;
      case "Union" -> arguments.stream().anyMatch(ScriptType::takesNone);
      default -> false;
    };
  }

  /** Whether it is a list of tensors, declared as optional or not. */
  boolean takesList() {
    return inner().name.equals("List") && inner().arguments.equals(List.of(TENSOR));
  }

  /** Whether it is a dictionary of tensors by name, declared as optional or not. */
  boolean takesDictionary() {
    return inner().name.equals("Dict")
        && inner().arguments.equals(List.of(new ScriptType("str", List.of()), TENSOR));
  }

  /** Whether it is a tuple of tensors, at least one, declared as optional or not. */
  boolean takesTuple() {
    return inner().name.equals("Tuple")
        && !inner().arguments.isEmpty()
        && inner().arguments.stream().allMatch(TENSOR::equals);
  }

  /** This without Optional. */
  ScriptType inner() {
    return name.equals("Optional") && arguments.size() == 1 ? arguments.get(0) : this;
  }

  /** Whether values are a list with a dictionary or the like for each image. */
  boolean listsGroups() {
    return name.equals("List") && arguments.size() == 1 && !arguments.get(0).takesTensor();
  }

  @Override
  public String toString() {
    return arguments.isEmpty()
        ? name
        : arguments.stream()
            .map(ScriptType::toString)
            .collect(Collectors.joining(", ", name + "[", "]"));
  }
}
