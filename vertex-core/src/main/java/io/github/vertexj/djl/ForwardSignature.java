package io.github.vertexj.djl;

import io.github.vertexj.StartException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a model's {@code forward}, as the code inside its file declares them, and how an
 * instance fills them.
 *
 * @param arguments without the module itself
 * @param returned what it declares to return; null if nothing
 * @param way how an instance's tensors become arguments
 */
record ForwardSignature(List<Argument> arguments, @Nullable ScriptType returned, Way way) {

  /** How an instance's tensors become arguments. */
  enum Way {
    /** Each is an argument, by its name or place. */
    ARGUMENTS,
    /** All go into the one dictionary that is taken. */
    DICTIONARY,
    /** All go into the one list that is taken. */
    LIST,
    /**
     * The one list that is taken has an element for each instance, as images have for detectors.
     */
    LIST_OF_INSTANCES,
    /** All go into the one tuple that is taken. */
    TUPLE
  }

  /** One argument; the default is null if it has none. */
  record Argument(String name, ScriptType type, @Nullable ScriptValue otherwise) {

    /** Whether it need not be given. */
    boolean optional() {
      return otherwise != null || type.takesNone();
    }

    /** Whether something can stand in its place when one after it is given. */
    boolean skippable() {
      return type.takesNone()
          || (otherwise != null && otherwise.kind() != ScriptValue.Kind.UNKNOWN);
    }

    @Override
    public String toString() {
      return name + ": " + type + (otherwise == null ? "" : "=…");
    }
  }

  /**
   * Reads the signature of a file's model; empty if the file does not show it.
   *
   * @throws StartException if the model has no forward, or one that cannot be fed from tensors
   */
  static Optional<ForwardSignature> of(ScriptCode code) {
    if (code.readable() && code.forward().isEmpty()) {
      throw new StartException(
          "the model has no method forward, which is what is served; save it with torch.jit.script or"
              + " torch.jit.trace of a module that has one");
    }
    return code.forward().map(ForwardSignature::of);
  }

  private static ForwardSignature of(CodeReader.Head head) {
    List<Argument> arguments = new ArrayList<>();
    for (CodeReader.Parameter parameter :
        head.parameters()
            .subList(Math.min(1, head.parameters().size()), head.parameters().size())) {
      ScriptType type = parameter.type() == null ? ScriptType.TENSOR : parameter.type();
      arguments.add(new Argument(parameter.name(), type, parameter.otherwise()));
    }
    return checked(List.copyOf(arguments), head.returned());
  }

  private static ForwardSignature checked(List<Argument> arguments, @Nullable ScriptType returned) {
    List<Argument> required =
        arguments.stream().filter(argument -> argument.otherwise() == null).toList();
    Way way = arguments.isEmpty() ? Way.ARGUMENTS : way(arguments.get(0).type(), returned);
    if (way != Way.ARGUMENTS && required.stream().skip(1).allMatch(Argument::optional)) {
      return new ForwardSignature(arguments, returned, way);
    }
    for (Argument argument : required) {
      if (!argument.type().takesTensor() && !argument.type().takesNone()) {
        throw new StartException(
            "forward's argument %s cannot be given by a request: write a default for it in the"
                    .formatted(argument)
                + " model's code, or wrap the model in a module whose forward takes tensors, or one"
                + " Dict[str, Tensor] or List[Tensor], and save that");
      }
    }
    if (arguments.stream().noneMatch(argument -> argument.type().takesTensor())) {
      throw new StartException(
          "forward takes no tensor%s, so that no request could say anything to the model; save a"
                  .formatted(arguments.isEmpty() ? "" : ", only " + arguments)
              + " module whose forward takes one");
    }
    return new ForwardSignature(arguments, returned, Way.ARGUMENTS);
  }

  private static Way way(ScriptType first, @Nullable ScriptType returned) {
    if (first.takesDictionary()) {
      return Way.DICTIONARY;
    }
    if (first.takesList()) {
      return returned != null && groups(returned) ? Way.LIST_OF_INSTANCES : Way.LIST;
    }
    return first.takesTuple() ? Way.TUPLE : Way.ARGUMENTS;
  }

  private static boolean groups(ScriptType returned) {
    return returned.listsGroups()
        || (returned.name().equals("Tuple")
            && returned.arguments().stream().anyMatch(ScriptType::listsGroups));
  }

  /** The names of the arguments that a tensor can be given for, in order. */
  List<String> tensorNames() {
    return tensors().stream().map(Argument::name).toList();
  }

  /** The arguments that a tensor can be given for, in order. */
  List<Argument> tensors() {
    List<Argument> tensors = new ArrayList<>();
    boolean reachable = true;
    for (Argument argument : arguments) {
      if (reachable && argument.type().takesTensor()) {
        tensors.add(argument);
      }
      reachable &= argument.type().takesTensor() || argument.skippable();
    }
    return tensors;
  }

  /** The place of an argument among all. */
  int place(String name) {
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException("no argument " + name);
  }

  /** Prints as {@code forward(a: Tensor, n: int=…)}. */
  @Override
  public String toString() {
    return arguments.stream()
        .map(Argument::toString)
        .collect(Collectors.joining(", ", "forward(", ")"));
  }
}
