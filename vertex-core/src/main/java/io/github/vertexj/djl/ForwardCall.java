package io.github.vertexj.djl;

import ai.djl.ndarray.NDArray;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the tensors of an instance become the arguments of {@code forward}: a single one is the first
 * argument, several go by position or by the argument's name, or together into the one dictionary
 * or list that the model takes.
 */
final class ForwardCall {
  private final Optional<ForwardSignature> signature;
  private final List<String> specNames;

  ForwardCall(Optional<ForwardSignature> signature, List<TensorSpec> specs) {
    this.signature = signature;
    this.specNames = specs.stream().map(TensorSpec::name).toList();
  }

  /**
   * Returns the arguments for stacked tensors.
   *
   * @param instance an instance of the batch, for form and names
   * @throws InvalidInputException if these are not the tensors that the model takes
   */
  List<TorchScript.Argument> arguments(Tensors instance, List<NDArray> stacked) {
    if (instance.form() == Tensors.Form.NAMED) {
      Map<String, NDArray> named = new LinkedHashMap<>();
      for (int i = 0; i < stacked.size(); i++) {
        named.put(instance.names().get(i), stacked.get(i));
      }
      return named(named);
    }
    if (signature.isPresent() && signature.get().takesDictionary()) {
      throw new InvalidInputException("the model takes an object of named tensors as an instance");
    }
    if (signature.isPresent() && signature.get().takesList()) {
      return List.of(together(TorchScript.Argument.Kind.LIST, numbered(stacked)));
    }
    return positional(stacked);
  }

  private List<TorchScript.Argument> named(Map<String, NDArray> tensors) {
    if (signature.isPresent() && signature.get().takesDictionary()) {
      return List.of(together(TorchScript.Argument.Kind.DICTIONARY, tensors));
    }
    List<String> order = signature.map(ForwardSignature::names).orElse(List.of());
    if (!order.containsAll(tensors.keySet())) {
      order = specNames.isEmpty() ? List.copyOf(tensors.keySet()) : specNames;
      if (signature.isPresent() && specNames.isEmpty()) {
        throw wrongArguments(signature.get());
      }
    }
    List<NDArray> ordered = new ArrayList<>();
    for (String name : order) {
      NDArray tensor = tensors.get(name);
      if (tensor != null) {
        ordered.add(tensor);
      } else if (ordered.size() < tensors.size()) {
        throw new InvalidInputException("the model's input " + name + " is missing");
      }
    }
    return positional(ordered);
  }

  private List<TorchScript.Argument> positional(List<NDArray> tensors) {
    signature.ifPresent(
        known -> {
          long needed = known.arguments().stream().filter(each -> !each.optional()).count();
          if (tensors.size() < needed || tensors.size() > known.arguments().size()) {
            throw wrongArguments(known);
          }
        });
    return tensors.stream().map(TorchScript.Argument::of).toList();
  }

  private static InvalidInputException wrongArguments(ForwardSignature signature) {
    return new InvalidInputException(
        "the model takes %d tensors an instance: %s"
            .formatted(signature.arguments().size(), String.join(", ", signature.names())));
  }

  private static Map<String, NDArray> numbered(List<NDArray> tensors) {
    Map<String, NDArray> numbered = new LinkedHashMap<>();
    tensors.forEach(tensor -> numbered.put(Integer.toString(numbered.size()), tensor));
    return numbered;
  }

  private static TorchScript.Argument together(
      TorchScript.Argument.Kind kind, Map<String, NDArray> tensors) {
    return new TorchScript.Argument(kind, tensors);
  }
}
