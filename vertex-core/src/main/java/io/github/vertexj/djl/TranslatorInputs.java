package io.github.vertexj.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The arguments that a translator's tensors become, by DJL's names: {@code a.b} are dictionaries,
 * {@code a[]} lists, {@code a()} tuples, {@code module_method:b} calls b.
 */
final class TranslatorInputs {
  private static final String METHOD = "module_method:";

  private TranslatorInputs() {}

  static String method(NDList inputs) {
    return inputs.stream()
        .map(NDArray::getName)
        .filter(name -> name != null && name.startsWith(METHOD))
        .map(name -> name.substring(METHOD.length()))
        .findFirst()
        .orElse("forward");
  }

  static List<TorchScript.Argument> arguments(NDList inputs) {
    Map<String, TorchScript.Argument> arguments = new LinkedHashMap<>();
    for (NDArray input : inputs) {
      String name = input.getName() == null ? "" : input.getName();
      int dot = name.indexOf('.');
      if (name.startsWith(METHOD)) {
        continue;
      }
      if (dot >= 0) {
        group(arguments, name.substring(0, dot), TorchScript.Argument.Kind.DICTIONARY)
            .put(name.substring(dot + 1), input);
      } else if (name.endsWith("[]") || name.endsWith("()")) {
        Map<String, NDArray> group = group(arguments, name, kind(name));
        group.put(Integer.toString(group.size()), input);
      } else {
        arguments.put(name + '#' + arguments.size(), TorchScript.Argument.of(input));
      }
    }
    return List.copyOf(arguments.values());
  }

  private static TorchScript.Argument.Kind kind(String name) {
    return name.endsWith("[]") ? TorchScript.Argument.Kind.LIST : TorchScript.Argument.Kind.TUPLE;
  }

  private static Map<String, NDArray> group(
      Map<String, TorchScript.Argument> arguments, String name, TorchScript.Argument.Kind kind) {
    return arguments
        .computeIfAbsent(name, key -> new TorchScript.Argument(kind, new LinkedHashMap<>(), null))
        .tensors();
  }
}
