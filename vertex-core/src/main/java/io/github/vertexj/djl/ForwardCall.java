package io.github.vertexj.djl;

import ai.djl.ndarray.NDArray;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.StartException;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the tensors of an instance become the arguments of {@code forward}: a single one is the first
 * argument, several go by position or by the argument's name, or together into the one dictionary,
 * list or tuple that the model takes.
 *
 * <p>What is left out in between is None or its default. Immutable and thread-safe.
 */
final class ForwardCall {
  private static final String NAMES_UNKNOWN =
      "the names of the model's arguments are not known: in serving.properties option.inputs must"
          + " name them in their order, such as ids:int64[*],mask:int64[*]";

  private final @Nullable ForwardSignature signature;

  /** The argument that each tensor of {@code option.inputs} is, by the name it has there. */
  private final Map<String, Integer> places;

  private ForwardCall(@Nullable ForwardSignature signature, Map<String, Integer> places) {
    this.signature = signature;
    this.places = places;
  }

  /**
   * Returns the calls of a model.
   *
   * @param signature empty if the file does not show it
   * @param specs what {@code option.inputs} says; empty if nothing
   * @throws StartException if those are not the arguments of the model
   */
  static ForwardCall of(Optional<ForwardSignature> signature, List<TensorSpec> specs) {
    List<String> names =
        specs.stream().map(TensorSpec::name).filter(name -> !name.isEmpty()).toList();
    Map<String, Integer> places = new HashMap<>();
    if (signature.isEmpty()) {
      names.forEach(name -> places.put(name, places.size()));
      return new ForwardCall(null, places);
    }
    ForwardSignature known = signature.get();
    if (known.way() != ForwardSignature.Way.ARGUMENTS) {
      return new ForwardCall(known, places);
    }
    List<String> arguments = known.tensorNames();
    arguments.forEach(name -> places.put(name, known.place(name)));
    if (!arguments.containsAll(names)) {
      if (names.stream().anyMatch(arguments::contains) || names.size() > arguments.size()) {
        throw new StartException(
            "option.inputs names %s, and the model takes %s; write the names that the model has"
                .formatted(String.join(", ", names), known));
      }
      places.clear(); // other names throughout: they say the order
      for (int i = 0; i < names.size(); i++) {
        places.put(names.get(i), known.place(arguments.get(i)));
      }
    }
    return new ForwardCall(known, places);
  }

  /**
   * Returns the arguments for stacked tensors.
   *
   * @param instance an instance of the batch, for form and names
   * @throws InvalidInputException if these are not the tensors that the model takes
   */
  List<TorchScript.Argument> arguments(Tensors instance, List<NDArray> stacked) {
    boolean named = instance.form() == Tensors.Form.NAMED;
    return switch (signature == null ? ForwardSignature.Way.ARGUMENTS : signature.way()) {
      case DICTIONARY -> {
        if (!named) {
          throw new InvalidInputException(
              "the model takes an object of named tensors as an instance");
        }
        yield alone(
            together(TorchScript.Argument.Kind.DICTIONARY, byName(instance.names(), stacked)));
      }
      case LIST -> alone(together(TorchScript.Argument.Kind.LIST, ordered(instance, stacked)));
      case TUPLE -> alone(together(TorchScript.Argument.Kind.TUPLE, tuple(instance, stacked)));
      case LIST_OF_INSTANCES ->
          alone(together(TorchScript.Argument.Kind.LIST, rows(single(stacked))));
      case ARGUMENTS -> {
        requireEnough(instance);
        yield inPlaces(named ? places(instance.names()) : inOrder(stacked), stacked);
      }
    };
  }

  /** Several without names are told together what is missing. */
  private void requireEnough(Tensors instance) {
    if (signature != null && instance.form() != Tensors.Form.NAMED) {
      long required = signature.tensors().stream().filter(argument -> !argument.optional()).count();
      if (instance.size() < required) {
        throw wrongArguments();
      }
    }
  }

  private Map<String, NDArray> ordered(Tensors instance, List<NDArray> stacked) {
    if (instance.form() == Tensors.Form.NAMED && instance.size() > 1) {
      throw new InvalidInputException(
          "the model takes a list, whose elements have no names: send an array of tensors");
    }
    return numbered(stacked);
  }

  private Map<String, NDArray> tuple(Tensors instance, List<NDArray> stacked) {
    int wanted =
        signature == null ? 0 : signature.arguments().get(0).type().inner().arguments().size();
    if (stacked.size() != wanted) {
      throw new InvalidInputException("the model takes %d tensors an instance".formatted(wanted));
    }
    return ordered(instance, stacked);
  }

  private static NDArray single(List<NDArray> stacked) {
    if (stacked.size() != 1) {
      throw new InvalidInputException("the model takes one tensor an instance");
    }
    return stacked.get(0);
  }

  private static Map<String, NDArray> rows(NDArray stacked) {
    List<NDArray> rows = new ArrayList<>();
    for (long row = 0; row < stacked.getShape().get(0); row++) {
      rows.add(stacked.get(row));
    }
    return numbered(rows);
  }

  /** The argument that holds an instance, and what has to follow it. */
  private List<TorchScript.Argument> alone(TorchScript.Argument argument) {
    List<TorchScript.Argument> arguments = new ArrayList<>();
    arguments.add(argument);
    List<ForwardSignature.Argument> declared =
        signature == null ? List.of() : signature.arguments();
    for (int i = 1; i < declared.size() && declared.get(i).otherwise() == null; i++) {
      arguments.add(leftOut(declared.get(i)));
    }
    return arguments;
  }

  /** The places of tensors without names: the arguments that tensors can be given for, in order. */
  private int[] inOrder(List<NDArray> stacked) {
    List<ForwardSignature.Argument> open = signature == null ? List.of() : signature.tensors();
    int[] found = new int[stacked.size()];
    for (int i = 0; i < found.length; i++) {
      if (signature != null && i >= open.size()) {
        throw wrongArguments();
      }
      found[i] = signature == null ? i : signature.place(open.get(i).name());
    }
    return found;
  }

  private int[] places(List<String> names) {
    if (places.isEmpty() && names.size() > 0 && signature == null) {
      throw new InvalidInputException(NAMES_UNKNOWN);
    }
    int[] found = new int[names.size()];
    for (int i = 0; i < found.length; i++) {
      Integer place = places.get(names.get(i));
      if (place == null && names.size() == 1 && places.size() == 1) {
        place = places.values().iterator().next(); // a model of one tensor takes it by any name
      }
      if (place == null) {
        throw wrongArguments();
      }
      found[i] = place;
    }
    return found;
  }

  private List<TorchScript.Argument> inPlaces(int[] given, List<NDArray> tensors) {
    if (signature == null) {
      return positional(given, tensors);
    }
    List<ForwardSignature.Argument> declared = signature.arguments();
    NDArray[] filled = new NDArray[declared.size()];
    int count = 0;
    List<ForwardSignature.Argument> open = signature.tensors();
    for (int i = 0; i < given.length; i++) {
      if (given[i] >= declared.size() || !open.contains(declared.get(given[i]))) {
        throw wrongArguments();
      }
      filled[given[i]] = tensors.get(i);
      count = Math.max(count, given[i] + 1);
    }
    while (count < declared.size() && declared.get(count).otherwise() == null) {
      count++; // an Optional without a default has to be passed as None
    }
    List<TorchScript.Argument> arguments = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      arguments.add(
          filled[i] == null ? leftOut(declared.get(i)) : TorchScript.Argument.of(filled[i]));
    }
    return arguments;
  }

  private static List<TorchScript.Argument> positional(int[] given, List<NDArray> tensors) {
    NDArray[] filled = new NDArray[tensors.size()];
    for (int i = 0; i < given.length; i++) {
      if (given[i] >= filled.length) {
        throw new InvalidInputException("one of the model's inputs is missing");
      }
      filled[given[i]] = tensors.get(i);
    }
    return Arrays.stream(filled).map(TorchScript.Argument::of).toList();
  }

  private static TorchScript.Argument leftOut(ForwardSignature.Argument argument) {
    ScriptValue otherwise = argument.otherwise();
    if (otherwise != null && otherwise.kind() != ScriptValue.Kind.UNKNOWN) {
      return TorchScript.Argument.of(otherwise);
    }
    if (argument.type().takesNone()) {
      return TorchScript.Argument.of(ScriptValue.none());
    }
    throw new InvalidInputException("the model's input " + argument.name() + " is missing");
  }

  private InvalidInputException wrongArguments() {
    if (signature == null) {
      return new InvalidInputException(
          "the model takes the tensors " + String.join(", ", places.keySet()));
    }
    List<String> names = signature.tensorNames();
    return new InvalidInputException(
        "the model takes %d tensor%s an instance: %s"
            .formatted(names.size(), names.size() == 1 ? "" : "s", String.join(", ", names)));
  }

  private static Map<String, NDArray> byName(List<String> names, List<NDArray> stacked) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (int i = 0; i < stacked.size(); i++) {
      tensors.put(names.get(i), stacked.get(i));
    }
    return tensors;
  }

  private static Map<String, NDArray> numbered(List<NDArray> tensors) {
    Map<String, NDArray> numbered = new LinkedHashMap<>();
    tensors.forEach(tensor -> numbered.put(Integer.toString(numbered.size()), tensor));
    return numbered;
  }

  private static TorchScript.Argument together(
      TorchScript.Argument.Kind kind, Map<String, NDArray> tensors) {
    return new TorchScript.Argument(kind, tensors, null);
  }
}
